import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct AgentSocketTests {
    @Test(
        "what does not authenticate first is closed with a reason",
        arguments: [
            #"{"type":"auth","api_key":"orc_wrong_wrong_wrong"}"#, #"{"type":"session_output","session_id":"s","data":""}"#, "hello", "[]",
            #"{"type":"auth"}"#, #"{"type":"auth","api_key":7}"#,
        ])
    func authentication(first: String) async throws {
        try await TestHub.serve { hub in
            try await SocketPeer.connect(port: hub.port, "/ws/server") { peer in
                try await peer.send(text: first)
                let closure = try await peer.untilClosed()
                #expect(closure.code == 1008 && !closure.reason.isEmpty)
                #expect(await peer.all.isEmpty)
            }
        }
    }

    @Test("who says nothing is closed when the time is up")
    func silence() async throws {
        var timing = AgentSocket.Timing()
        timing.authentication = .milliseconds(100)
        try await TestHub.serve(timing: timing) { hub in
            try await SocketPeer.connect(port: hub.port, "/ws/server") { peer in
                let closure = try await peer.untilClosed()
                #expect(closure.code == 1008)
            }
        }
    }

    @Test("nobody sends much before the hub knows who it is")
    func longStranger() async throws {
        try await TestHub.serve { hub in
            try await SocketPeer.connect(port: hub.port, "/ws/server") { peer in
                try await peer.send(text: #"{"type":"auth","api_key":"\#(String(repeating: "x", count: 65_536))"}"#)
                #expect(try await peer.untilClosed().code == 1009)
            }
        }
    }

    @Test("messages that make no sense are passed over")
    func nonsense() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let long = JSONValue.string(String(repeating: "x", count: 2 << 20))
                for message: JSONValue in [
                    ["type": "session_output", "session_id": "no-such", "data": "AAAA"],
                    ["type": "session_output", "session_id": .null, "data": "AAAA"],
                    ["type": "session_output", "session_id": "s", "data": "%%%"], ["type": "session_output", "session_id": 4, "data": []],
                    ["type": "session_output", "session_id": long, "data": ""], ["type": long], ["type": 3], [:], ["type": "no_such_type"],
                    ["type": "session_started", "session_id": "11111111-1111-4111-8111-111111111111", "pid": "x"],
                    ["type": "session_started", "session_id": "11111111-1111-4111-8111-111111111111", "pid": 1],
                    ["type": "session_closed", "session_id": "11111111-1111-4111-8111-111111111111", "exit_code": 1],
                    ["type": "session_closed", "session_id": "\0", "exit_code": 1],
                    ["type": "session_screen", "session_id": "s", "lines": 1],
                    ["type": "session_error", "session_id": "s"], ["type": "session_recovered", "tmux_name": "../.."],
                    ["type": "ack", "message_id": "x"], ["type": "auth", "api_key": "again"],
                    ["type": "file_chunk", "transfer_id": "t", "index": 0, "total_chunks": 1, "data": "AAAA"],
                ] { try await daemon.send(message) }
                try await daemon.send(["type": "ping"])
                _ = try await daemon.next("pong")
            }
        }
    }

    @Test("numbers at the end of 64 bits harm nobody", arguments: [true, false])
    func largeNumbers(isOurs: Bool) async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            let features = isOurs ? ["ack", "credit", "launch", "offsets", "reports", "sessions_reported"] : nil
            try await FakeDaemon.connect(to: hub, key: machine.key, features: features) { daemon in
                let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
                _ = try await daemon.next("session_start")
                try await daemon.started(id.text)
                for offset in [Int.max, 1 << 53] {
                    try await daemon.output("a", of: id.text, at: offset)
                    try await daemon.started(id.text, recovered: true, offset: offset)
                }
                try await daemon.output("still here", of: id.text)
                try await hub.screen(of: id, shows: "still here")
                try await daemon.send(["type": "session_closed", "session_id": JSONValue(id), "exit_code": JSONValue(Int.min)])
                #expect(try await hub.session(id, reaches: .closed).exitCode == nil)
            }
        }
    }

    @Test("what is no JSON object ends the connection, and only that", arguments: ["{", "[1]", "\u{1}", #"{"type":"#])
    func noJSON(text: String) async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await daemon.peer.send(text: text)
                #expect(try await daemon.peer.untilClosed().code == 1008)
            }
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await daemon.send(["type": "ping"])
                _ = try await daemon.next("pong")
            }
        }
    }

    @Test("a server may not speak of another server's sessions")
    func otherServer() async throws {
        try await TestHub.serve { hub in
            let (mine, other) = (try await hub.machine("mac-1"), try await hub.machine("mac-2"))
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: mine.key) { daemon in
                let id = try await hub.hub.run(OpenSession(on: "mac-1", in: hub.project), as: owner).session.id
                _ = try await daemon.next("session_start")
                try await daemon.started(id.text)
                try await daemon.output("mine", of: id.text)
                try await hub.screen(of: id, shows: "mine")
                try await FakeDaemon.connect(to: hub, key: other.key) { stranger in
                    try await stranger.output(" forged", of: id.text)
                    try await stranger.send(["type": "session_closed", "session_id": JSONValue(id), "exit_code": 0])
                    try await stranger.send(["type": "session_error", "session_id": JSONValue(id), "error": "x"])
                    try await stranger.started(id.text)
                    try await stranger.send(["type": "ping"])
                    _ = try await stranger.next("pong")
                }
                #expect(await hub.live.screen(of: id)?.text == "mine")
                #expect(try await hub.hub.ask(GetSession(.id(id)), as: .hub).session.state == .active)
            }
        }
    }

    @Test("a revoked server's connection ends")
    func revoked() async throws {
        var timing = AgentSocket.Timing()
        timing.liveness = .milliseconds(100)
        try await TestHub.serve(timing: timing) { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                try await hub.hub.run(RevokeServer("mac-1", in: hub.project), as: owner)
                #expect(try await daemon.peer.untilClosed().code == 1008)
            }
        }
    }

    @Test("a terminal that floods is cut to its newest screen, marked, and holds up no other")
    func flood() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let owner = try await hub.owner()
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                var ids: [Session.ID] = []
                for _ in 0..<2 {
                    let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: owner).session.id
                    _ = try await daemon.next("session_start")
                    try await daemon.started(id.text)
                    ids.append(id)
                }
                let (loud, quiet) = (ids[0], ids[1])
                let block = Array(repeatElement(Array("flooding all the time \u{1b}[31mred\u{1b}[0m\r\n".utf8), count: 1500).joined())
                for round in 0..<200 {
                    try await daemon.output(block, of: loud.text)
                    if round % 50 == 0 { try await daemon.output("echo \(round)\r\n", of: quiet.text) }
                }
                try await daemon.output("the end of the flood", of: loud.text)
                try await daemon.output("calm", of: quiet.text)
                try await hub.screen(of: quiet, shows: "echo 150\ncalm")
                try await hub.screen(of: loud, shows: "the end of the flood")
                let recording = try #require(await hub.live.recording(of: quiet))
                #expect(!String(decoding: recording, as: UTF8.self).contains("missing"))
            }
        }
    }
}
