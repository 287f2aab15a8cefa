import HubCore
import Testing

@testable import HubServer

@Suite struct DateTextTests {
    @Test("writes the date as RFC 9110 wants it")
    func format() {
        let dates = DateText()
        #expect(dates.text(at: Timestamp(milliseconds: 784_111_777_000)) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(dates.text(at: Timestamp(milliseconds: 784_111_778_999)) == "Sun, 06 Nov 1994 08:49:38 GMT")
    }
}
