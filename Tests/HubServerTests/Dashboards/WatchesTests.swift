import HubCore
import Testing

@testable import HubServer

@Suite struct WatchesTests {
    private let project = Project.ID.random()
    private let session = Session.ID.random()

    @Test("an earlier watch of the same terminal that ends late takes nothing away from the one that follows it")
    func lateEnd() throws {
        var watches = Watches()
        var numbers: [Int] = []
        watches.add(session, of: project) { number in
            numbers.append(number)
            return Task {}
        }
        #expect(watches.remove(session) != nil)
        watches.add(session, of: project) { number in
            numbers.append(number)
            return Task {}
        }
        watches.end(try #require(numbers.first), of: session)
        #expect(!watches.hasRoom(for: session))
        // Whose rights are lost is still found.
        let lost = watches.keep(only: [])
        #expect(lost.keys.contains(session))
        #expect(watches.hasRoom(for: session))
    }

    @Test("the end of a watch takes it away, and lost rights take those of their project only")
    func ends() throws {
        var watches = Watches()
        var numbers: [Int] = []
        watches.add(session, of: project) { number in
            numbers.append(number)
            return Task {}
        }
        let lost = watches.keep(only: [project])
        #expect(lost.isEmpty)
        watches.end(try #require(numbers.last), of: session)
        let rest = watches.removeAll()
        #expect(rest.isEmpty)
    }
}
