import HubCore
import Testing
import WireProtocol

@Suite struct HubMessageTests {

    static var launch: SessionLaunch {
        SessionLaunch(session: sample, workingDirectory: "/w", columns: 100, rows: 30, project: "proj-1")
    }

    static var extendedLaunch: SessionLaunch {
        var launch = launch
        (launch.command, launch.environment, launch.task, launch.prompt) = (["claude", "--verbose"], ["A": "1"], "t1", "go")
        (launch.worktree, launch.sessionKey) = (.init(repository: "web", branch: "task-42", base: "main"), "orc_s")
        return launch
    }

    /// What an installed client is sent, word for word (agent protocol, section 11).
    static let installed: [(String, HubMessage)] = [
        (#"{"type":"auth_ok","server_id":"d8b4"}"#, .authOK(Welcome(server: "d8b4"))),
        (
            #"{"type":"session_start","session_id":"\#(sample)","working_directory":"/w","cols":100,"rows":30,"project_id":"proj-1"}"#,
            .sessionStart(launch)
        ),
        (
            #"{"type":"session_input","session_id":"\#(sample)","data":"cHdkDQ=="}"#,
            .sessionInput(session: sample, bytes: Array("pwd\r".utf8))
        ),
        (
            #"{"type":"session_resize","session_id":"\#(sample)","cols":133,"rows":44}"#,
            .sessionResize(session: sample, columns: 133, rows: 44)
        ),
        (#"{"type":"session_close","session_id":"\#(sample)"}"#, .sessionClose(session: sample)),
        (
            #"{"type":"session_recovered_ack","tmux_name":"orc-6c61b56d-232","session_id":"\#(sample)"}"#,
            .sessionRecoveredAck(tmuxName: "orc-6c61b56d-232", session: sample)
        ),
        (
            #"{"type":"task_assigned","session_id":"\#(sample)","task_id":"9edb","title":"Do it","from_session_name":"boss","priority":"high","require_plan":false}"#,
            .task(TaskPush(session: sample, task: "9edb", .assigned(title: "Do it", from: "boss", priority: "high", requirePlan: false)))
        ),
        (
            #"{"type":"plan_revision","session_id":"\#(sample)","task_id":"9edb","feedback":"smaller"}"#,
            .task(TaskPush(session: sample, task: "9edb", .planRevision(feedback: "smaller")))
        ),
        (
            #"{"type":"intervention_response","session_id":"\#(sample)","task_id":"9edb","response":"yes"}"#,
            .task(TaskPush(session: sample, task: "9edb", .response("yes")))
        ),
        (
            #"{"type":"task_note","session_id":"\#(sample)","task_id":"9edb","content":"hm","urgent":true,"author":"ada"}"#,
            .task(TaskPush(session: sample, task: "9edb", .note("hm", author: "ada", isUrgent: true)))
        ),
        (
            #"{"type":"intervention_for_session","target_session_id":"\#(sample)","question":"Which?","source":"boss","intervention_id":"df16"}"#,
            .task(TaskPush(session: sample, task: nil, .question("Which?", source: "boss", intervention: "df16")))
        ),
        (#"{"type":"approval_rules_updated"}"#, .approvalRulesUpdated),
        (#"{"type":"file_send_start","transfer_id":"t1","file_path":"/a"}"#, .fileSendStart(transfer: "t1", path: "/a")),
    ]

    @Test("what installed clients are sent is as they know it", arguments: installed)
    func readsAndWritesInstalled(text: String, message: HubMessage) throws {
        #expect(message.json.text == text)
        #expect(try HubMessage(json: try JSONValue(parsing: text)) == message)
    }

    static let extended: [(String, HubFrame)] = [
        (
            #"{"type":"auth_ok","server_id":"d8b4","features":["ack","credit"],"heartbeat_seconds":30,"resume_from":6,"initial_credit":65536}"#,
            HubFrame(.authOK(Welcome(server: "d8b4", features: [.ack, .credit], resumeFrom: 6, initialCredit: 65536)))
        ),
        (
            #"{"type":"session_start","session_id":"\#(sample)","working_directory":"/w","cols":100,"rows":30,"project_id":"proj-1","#
                + #""command":["claude","--verbose"],"env":{"A":"1"},"task_id":"t1","prompt":"go","#
                + #""worktree":{"repo":"web","branch":"task-42","base":"main"},"session_key":"orc_s","message_id":"m1"}"#,
            HubFrame(.sessionStart(extendedLaunch), messageID: "m1")
        ),
        (#"{"type":"reports_stored","number":7}"#, HubFrame(.reportsStored(number: 7))),
        (#"{"type":"session_replay","session_id":"\#(sample)","from":9}"#, HubFrame(.sessionReplay(session: sample, from: 9))),
        (#"{"type":"session_credit","session_id":"\#(sample)","until":4096}"#, HubFrame(.sessionCredit(session: sample, until: 4096))),
    ]

    @Test("what our daemon is sent", arguments: extended)
    func readsAndWritesExtended(text: String, frame: HubFrame) throws {
        #expect(frame.json.text == text)
        #expect(try HubFrame(json: try JSONValue(parsing: text)) == frame)
    }

    @Test("texts that are typed hold no NUL, and no member is null")
    func typed() {
        let push = HubMessage.task(TaskPush(session: "s", task: nil, .note("a\0b", author: nil, isUrgent: false)))
        #expect(push.json.text == #"{"type":"task_note","session_id":"s","content":"ab","urgent":false,"author":""}"#)
    }

    @Test("a frame that a daemon would not read is not made")
    func size() throws {
        #expect(throws: WireFault.self) {
            try HubFrame(.sessionInput(session: "s", bytes: [UInt8](repeating: 65, count: 800_000))).encoded()
        }
        #expect(try HubFrame(.sessionClose(session: "s")).encoded() == Array(#"{"type":"session_close","session_id":"s"}"#.utf8))
    }

    @Test(
        "a daemon refuses what is no message",
        arguments: [
            ["type": "session_start"], ["type": "session_start", "session_id": "s", "cols": 0],
            ["type": "session_resize", "session_id": "s", "cols": 70_000, "rows": 1], ["type": "session_resize", "session_id": "s"],
            ["type": "session_input", "session_id": "s", "data": "%"], ["type": "task_assigned", "session_id": .null], "x", [:],
            ["type": "auth_ok", "server_id": "d8b4", "resume_from": 9_223_372_036_854_775_807],
            ["type": "auth_ok", "server_id": "d8b4", "initial_credit": 9_223_372_036_854_775_807],
            ["type": "session_credit", "session_id": "s", "until": 9_223_372_036_854_775_807],
            ["type": "session_replay", "session_id": "s", "from": 9_223_372_036_854_775_807],
            ["type": "reports_stored", "number": 9_223_372_036_854_775_807],
        ] as [JSONValue])
    func refusals(_ json: JSONValue) {
        #expect(throws: WireFault.self) { try HubFrame(json: json) }
    }
}
