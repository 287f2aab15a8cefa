import HubCore
import Testing
import WireProtocol

/// The session of the examples.
let sample = "f3f3e841-98b6-4d7e-8a3c-2f4f1f6f0a11"

@Suite struct DaemonMessageTests {

    /// What installed clients send, word for word (agent protocol, section 11).
    static let installed: [(String, DaemonMessage)] = [
        (#"{"type":"auth","api_key":"orc_RjS7"}"#, .auth(Authentication(apiKey: "orc_RjS7"))),
        (
            #"{"type":"session_started","session_id":"\#(sample)","pid":29420,"tmux_name":"orc-f3f3e841-98b","working_dir":"/w"}"#,
            .sessionStarted(SessionStarted(session: sample, pid: 29420, tmuxName: "orc-f3f3e841-98b", workingDirectory: "/w"))
        ),
        (
            #"{"type":"session_started","session_id":"\#(sample)","pid":616,"recovered":true,"tmux_name":"orc-f3f3e841-98b","working_dir":"/w"}"#,
            .sessionStarted(
                SessionStarted(session: sample, pid: 616, tmuxName: "orc-f3f3e841-98b", workingDirectory: "/w", isRecovered: true))
        ),
        (
            #"{"type":"session_output","session_id":"\#(sample)","data":"cHdkDQ=="}"#,
            .sessionOutput(SessionOutput(session: sample, bytes: Array("pwd\r".utf8)))
        ),
        (#"{"type":"session_screen","session_id":"\#(sample)","lines":["$ "]}"#, .sessionScreen(session: sample, lines: ["$ "])),
        (#"{"type":"session_closed","session_id":"\#(sample)","exit_code":1}"#, .sessionClosed(session: sample, exitCode: 1)),
        (#"{"type":"session_closed","session_id":"\#(sample)","exit_code":null}"#, .sessionClosed(session: sample, exitCode: nil)),
        (
            #"{"type":"session_recovered","tmux_name":"orc-6c61b56d-232","pid":1326,"working_dir":"/work"}"#,
            .sessionRecovered(SessionRecovered(tmuxName: "orc-6c61b56d-232", pid: 1326, workingDirectory: "/work"))
        ),
        (#"{"type":"file_accept","transfer_id":"t1"}"#, .fileAccept(transfer: "t1")),
        (
            #"{"type":"file_chunk","transfer_id":"t1","index":0,"data":"AAE=","total_chunks":1}"#,
            .fileChunk(FileChunk(transfer: "t1", index: 0, bytes: [0, 1], total: 1))
        ),
        (#"{"type":"file_ack","transfer_id":"t1","sha256_verified":true}"#, .fileAck(transfer: "t1", isVerified: true)),
    ]

    @Test("installed clients' messages are read, and written the same", arguments: installed)
    func readsAndWritesInstalled(text: String, message: DaemonMessage) throws {
        let json = try JSONValue(parsing: text)
        #expect(try DaemonMessage(json: json) == message)
        #expect(message.json.text == text)
    }

    static let extended: [(String, DaemonFrame)] = [
        (
            #"{"type":"auth","api_key":"orc_k","client":{"name":"orchestratia-agent","version":"1","features":["ack","offsets"]}}"#,
            DaemonFrame(
                .auth(
                    Authentication(
                        apiKey: "orc_k", client: .init(name: "orchestratia-agent", version: "1", features: [.ack, .offsets]))))
        ),
        (#"{"type":"sessions_reported"}"#, DaemonFrame(.sessionsReported)),
        (#"{"type":"ack","message_id":"m1"}"#, DaemonFrame(.ack(messageID: "m1"))),
        (
            #"{"type":"session_closed","session_id":"\#(sample)","exit_code":0,"report_number":7}"#,
            DaemonFrame(.sessionClosed(session: sample, exitCode: 0), reportNumber: 7)
        ),
        (
            #"{"type":"session_output","session_id":"\#(sample)","data":"YQ==","offset":4096}"#,
            DaemonFrame(.sessionOutput(SessionOutput(session: sample, bytes: [97], offset: 4096)))
        ),
        (
            #"{"type":"session_summary","session_id":"\#(sample)","offset":10,"lines":["bye"],"report_number":8}"#,
            DaemonFrame(.sessionSummary(SessionSummary(session: sample, offset: 10, lines: ["bye"])), reportNumber: 8)
        ),
    ]

    @Test("our daemon's messages are read, and written the same", arguments: extended)
    func readsAndWritesExtended(text: String, frame: DaemonFrame) throws {
        #expect(try DaemonFrame(json: try JSONValue(parsing: text)) == frame)
        #expect(frame.json.text == text)
    }

    @Test("members and types that nobody knows are passed over")
    func tolerance() throws {
        #expect(try DaemonMessage(json: ["type": "remote_exec_result", "exit_code": 0]) == .unknown(type: "remote_exec_result"))
        let closed: JSONValue = ["type": "session_closed", "session_id": "s", "exit_code": 2, "mood": ["fine"]]
        #expect(try DaemonMessage(json: closed) == .sessionClosed(session: "s", exitCode: 2))
        let auth: JSONValue = ["type": "auth", "api_key": "k", "client": ["features": ["flying", "ack"]]]
        #expect(try DaemonMessage(json: auth) == .auth(Authentication(apiKey: "k", client: .init(name: "", version: "", features: [.ack]))))
    }

    @Test("an exit code that no system gives is none", arguments: [Int.min, Int.max, 1 << 31])
    func exitCodes(_ code: Int) throws {
        let closed: JSONValue = ["type": "session_closed", "session_id": "s", "exit_code": JSONValue(code)]
        #expect(try DaemonMessage(json: closed) == .sessionClosed(session: "s", exitCode: nil))
    }

    @Test(
        "what is no message is refused",
        arguments: [
            [], "auth", ["type": 1], [:], ["type": "auth"], ["type": "auth", "api_key": 3], ["type": "auth", "api_key": "k", "client": 1],
            ["type": "session_output", "session_id": "s"], ["type": "session_output", "session_id": "s", "data": "a$b="],
            ["type": "session_output", "session_id": "", "data": ""], ["type": "session_output", "session_id": .null, "data": ""],
            ["type": "session_output", "session_id": "s", "data": "", "offset": -1],
            ["type": "session_output", "session_id": "s", "data": "", "offset": 9_007_199_254_740_993],
            ["type": "session_output", "session_id": "s", "data": "YQ==", "offset": 9_223_372_036_854_775_807],
            ["type": "session_started", "session_id": "s", "recovered": true, "offset": 9_223_372_036_854_775_807],
            ["type": "session_closed", "session_id": "s", "report_number": 9_223_372_036_854_775_807],
            ["type": "session_closed", "session_id": "s", "exit_code": "1"], ["type": "session_screen", "session_id": "s", "lines": "x"],
            ["type": "session_started", "session_id": .string(String(repeating: "x", count: 200)), "pid": 1],
            ["type": "session_recovered", "pid": 1], ["type": "ack"],
            ["type": "file_chunk", "transfer_id": "t", "index": -1, "total_chunks": 1, "data": ""],
            ["type": "session_closed", "session_id": "s", "exit_code": 1, "report_number": "7"],
        ] as [JSONValue])
    func refusals(_ json: JSONValue) {
        #expect(throws: WireFault.self) { try DaemonFrame(json: json) }
    }
}
