import HubServer
import Testing

@Suite struct StandstillTests {
    @Test("begins where work stays undone at the same place, and ends with the next step")
    func looks() {
        let (standstill, start) = (Standstill(), ContinuousClock.now)
        func look(_ place: Int64, _ end: Int64, after seconds: Int) -> Duration? {
            standstill.look(at: place, of: end, now: start + .seconds(seconds))
        }
        #expect(look(5, 5, after: 0) == nil)
        // What came just now has not waited since the look before.
        #expect(look(5, 6, after: 100) == .zero)
        #expect(look(5, 9, after: 130) == .seconds(30))
        #expect(look(5, 9, after: 161) == .seconds(61))
        // Slowly is not standing still.
        #expect(look(6, 9, after: 170) == .zero)
        #expect(look(9, 9, after: 171) == nil)
        #expect(look(9, 10, after: 400) == .zero)
    }
}
