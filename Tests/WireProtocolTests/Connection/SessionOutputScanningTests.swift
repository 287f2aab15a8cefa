import HubCore
import Testing
import WireProtocol

@Suite struct SessionOutputScanningTests {
    private func scanned(_ text: String) -> SessionOutput? {
        Array(text.utf8).withUnsafeBytes { SessionOutput(scanning: $0) }
    }

    private func parsed(_ text: String) throws -> SessionOutput? {
        guard case .sessionOutput(let output) = try DaemonMessage(json: JSONValue(parsing: text)) else { return nil }
        return output
    }

    @Test(
        "what is scanned is what the document says",
        arguments: [
            #"{"type":"session_output","session_id":"s-1","data":"aGk="}"#,
            #"{"type": "session_output", "session_id": "s-1", "data": "aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aGk=","offset":12}"#,
            #"{"type":"session_output","session_id":"s-1","offset":0,"data":""}"#,
            #"{"type":"session_output","session_id":"s-1","offset":9007199254740992,"data":"+/+/"}"#,
        ])
    func frequent(_ text: String) throws {
        let output = try #require(scanned(text))
        #expect(try output == parsed(text))
    }

    @Test(
        "everything else is left to the parser",
        arguments: [
            "", "{", "[]", #"{"type":"ping"}"#,
            #"{"session_id":"s-1","type":"session_output","data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s\u002d1","data":"aGk="}"#,
            #"{"type":"session_output","session_id":"","data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aGk"}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aG\/="}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aGl="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":-1,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":01,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":9007199254740993,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":123456789012345678,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":9223372036854775807,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","offset":1.5,"data":"aGk="}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aGk="} "#,
            #"{"type":"session_output","session_id":"s-1","data":"aGk=","report_number":1}"#,
            #"{"type":"session_output","session_id":"s-1","data":"aGk="#,
        ])
    func others(_ text: String) {
        #expect(scanned(text) == nil)
    }

    @Test("a message cut anywhere is none")
    func cut() {
        let text = #"{"type":"session_output","session_id":"s-1","offset":12,"data":"aGk="}"#
        for length in 0..<text.utf8.count { #expect(scanned(String(text.prefix(length))) == nil) }
    }

    @Test("bytes of every length and value come through")
    func bytes() throws {
        for length in 0..<70 {
            let output = SessionOutput(session: "s-1", bytes: (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }, offset: 7)
            #expect(scanned(DaemonMessage.sessionOutput(output).json.text) == output)
        }
    }
}
