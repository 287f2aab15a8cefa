import Cryptography
import HubCore
import HubService
import LiveSessions
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct DashboardTests {
    private func token(_ hub: TestHub, _ role: Role) async throws -> String {
        let token = MakeAPIToken.newToken()
        try await hub.hub.run(MakeAPIToken(for: hub.project, as: role, name: role.rawValue, token: token), as: .hub)
        return token.revealed
    }

    private func text(_ message: JSONValue) throws -> String {
        String(decoding: try #require(Base64.standard.decode(message["data"]?.string ?? "")), as: UTF8.self)
    }

    private func open(_ hub: TestHub, _ daemon: FakeDaemon) async throws -> Session.ID {
        let id = try await hub.hub.run(OpenSession(on: nil, in: hub.project), as: try await hub.owner()).session.id
        _ = try await daemon.next("session_start")
        try await daemon.started(id.text)
        _ = try await hub.session(id, reaches: .active)
        return id
    }

    @Test("the token may come with the request or with the first message; a wrong one is refused")
    func authentication() async throws {
        try await TestHub.serve { hub in
            let token = try await token(hub, .viewer)
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                let first = try await peer.next()
                #expect(first["type"] == "auth_ok")
            }
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard") { peer in
                try await peer.send(["type": "auth", "token": .string(token)])
                #expect(try await peer.next()["person"]?["name"] == "viewer")
            }
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard") { peer in
                try await peer.send(["type": "auth", "token": "orcapi_wrong"])
                let closure = try await peer.untilClosed()
                #expect(closure.code == 1008)
            }
            let long = String(repeating: "x", count: 65_536)
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard") { peer in
                try await peer.send(["type": "auth", "token": .string(long)])
                #expect(try await peer.untilClosed().code == 1009)
            }
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                _ = try await peer.next("auth_ok")
                try await peer.send(["type": .string(long)])
                _ = try await peer.next("error")
            }
        }
    }

    @Test("events come from a sequence number on, in order, and of one's own projects only")
    func events() async throws {
        try await TestHub.serve { hub in
            let token = try await token(hub, .viewer)
            try await hub.hub.run(CreateProject("other"), as: .hub)
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                try await peer.send(["type": "subscribe_events", "after": 0])
                let first = try await peer.next("event")
                #expect(first["sequence"] == 1)
                _ = try await hub.person().post("/api/v1/tasks", ["title": "Do it", "spec": "now"])
                let created = try await peer.next("event") { $0["kind"] == "task.created" }
                #expect(created["project_id"] == JSONValue(hub.project) && created["data"]?["title"] == "Do it")
                let foreign = await peer.all.filter { $0["type"] == "event" && $0["project_id"] != JSONValue(hub.project) }
                #expect(foreign.isEmpty)
            }
        }
    }

    @Test("a terminal is seen from now on and again from an offset; a member types into it, a viewer does not")
    func terminal() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let (viewer, member) = (try await token(hub, .viewer), try await token(hub, .member))
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let id = try await open(hub, daemon)
                try await daemon.output("before ", of: id.text)
                try await hub.screen(of: id, shows: "before")
                try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(viewer)")]) { peer in
                    try await peer.send(["type": "watch_session", "session_id": JSONValue(id)])
                    #expect(try await peer.next("session_watched")["cols"] == 120)
                    let repaint = try await peer.next("session_repaint")
                    #expect(try text(repaint).contains("before") && repaint["offset"] == 7 && repaint["skipped"] == false)
                    try await daemon.output("after", of: id.text)
                    let output = try await peer.next("session_output")
                    #expect(try text(output) == "after" && output["offset"] == 7)
                    try await peer.send(["type": "session_input", "session_id": JSONValue(id), "data": "YQ=="])
                    _ = try await peer.next("error")
                }
                try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(member)")]) { peer in
                    try await peer.send(["type": "watch_session", "session_id": JSONValue(id), "from": 2])
                    #expect(try text(try await peer.next("session_output")) == "fore ")
                    try await peer.send(["type": "session_input", "session_id": JSONValue(id), "data": "YQ=="])
                    #expect(try await daemon.input(of: id.text) == "a")
                    try await peer.send(["type": "session_resize", "session_id": JSONValue(id), "cols": 100, "rows": 30])
                    #expect(try await daemon.next("session_resize")["cols"] == 100)
                    #expect(try await peer.next("session_resized")["rows"] == 30)
                    try await daemon.send(["type": "session_closed", "session_id": JSONValue(id), "exit_code": 0])
                    _ = try await peer.next("session_ended")
                }
            }
        }
    }

    @Test("who may not type any more is refused at once, who may not see any more sees nothing, and a revoked token ends the connection")
    func rights() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let token = try await token(hub, .member)
            let person = try #require(try await hub.hub.authenticate(bearer: token)).id
            try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let id = try await open(hub, daemon)
                try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                    let input: JSONValue = ["type": "session_input", "session_id": JSONValue(id), "data": "YQ=="]
                    let watch: JSONValue = ["type": "watch_session", "session_id": JSONValue(id)]
                    try await peer.send(watch)
                    _ = try await peer.next("session_repaint")
                    try await peer.send(input)
                    #expect(try await daemon.input(of: id.text) == "a")
                    try await hub.hub.run(ChangeRole(of: person, in: hub.project, to: .viewer), as: .hub)
                    // The change is looked at beside the messages.
                    var isRefused = false
                    while !isRefused {
                        try await peer.send(input)
                        try await peer.send(["type": "dance"])
                        isRefused = try await peer.next("error")["detail"]?.string?.contains("viewer") == true
                    }
                    try await daemon.output("still", of: id.text)
                    #expect(try text(try await peer.next("session_output")) == "still")
                    _ = try await hub.hub.database.write { connection in
                        try connection.execute("DELETE FROM membership WHERE person = \(person)")
                    }
                    #expect(try await peer.next("session_ended")["session_id"] == JSONValue(id))
                    try await daemon.output("unseen", of: id.text)
                    try await peer.send(watch)
                    _ = try await peer.next("error") { $0["detail"]?.string?.contains("there is no") == true }
                    let unseen = await peer.all.filter { $0["type"] == "session_output" }
                    #expect(unseen.isEmpty)
                    _ = try await hub.hub.database.write { connection in
                        try connection.execute("UPDATE credential SET revoked_at = 1 WHERE person = \(person)")
                    }
                    #expect(try await peer.untilClosed().code == 1008)
                }
            }
        }
    }

    @Test("what makes no sense is answered, and the connection goes on")
    func nonsense() async throws {
        try await TestHub.serve { hub in
            let token = try await token(hub, .owner)
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                for text in [
                    "{", "[]", "{}", #"{"type":"dance"}"#, #"{"type":"watch_session","session_id":"x"}"#,
                    #"{"type":"watch_session","session_id":"11111111-1111-4111-8111-111111111111"}"#,
                    #"{"type":"session_input","session_id":"11111111-1111-4111-8111-111111111111","data":"%"}"#,
                    #"{"type":"session_resize","session_id":"11111111-1111-4111-8111-111111111111","cols":0,"rows":1}"#,
                    #"{"type":"session_resize","session_id":"11111111-1111-4111-8111-111111111111","cols":501,"rows":1}"#,
                ] {
                    try await peer.send(text: text)
                    _ = try await peer.next("error")
                }
            }
        }
    }
    @Test("a terminal that has ended may be asked for again as soon as that is read")
    func again() async throws {
        try await TestHub.serve { hub in
            let machine = try await hub.machine()
            let token = try await token(hub, .viewer)
            let id = try await FakeDaemon.connect(to: hub, key: machine.key) { daemon in
                let id = try await open(hub, daemon)
                try await daemon.send(["type": "session_closed", "session_id": JSONValue(id), "exit_code": 0])
                _ = try await hub.session(id, reaches: .closed)
                return id
            }
            try await SocketPeer.connect(port: hub.port, "/ws/dashboard", headers: [("Authorization", "Bearer \(token)")]) { peer in
                for _ in 0..<100 {
                    try await peer.send(["type": "watch_session", "session_id": JSONValue(id)])
                    _ = try await peer.next("session_watched")
                    _ = try await peer.next("session_ended")
                }
                let errors = await peer.all.filter { $0["type"] == "error" }
                #expect(errors.isEmpty)
            }
        }
    }
}
