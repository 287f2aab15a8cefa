import Cryptography
import HubCore
import HubService
import LiveSessions
import NIOCore
import Terminal
import Testing
import WebSocket
import WireProtocol

@testable import HubServer

/// The other end of a WebSocket, which sends what a test tells it and keeps what it gets until somebody asks for it.
actor SocketPeer {
    private let connection: WebSocketConnection
    private var unread: [JSONValue] = []

    init(_ connection: WebSocketConnection) {
        self.connection = connection
    }

    static func connect<Value: Sendable>(
        port: Int, _ path: String, headers: [(name: String, value: String)] = [], _ body: (SocketPeer) async throws -> Value
    ) async throws -> Value {
        let endpoint = try #require(WebSocketEndpoint(hub: "http://127.0.0.1:\(port)", path: path))
        return try await WebSocketClient(options: WebSocketOptions(maximumMessage: 4 << 20))
            .connect(to: endpoint, headers: headers) { try await body(SocketPeer($0)) }
    }

    nonisolated func send(_ json: JSONValue) async throws { try await send(text: json.text) }
    nonisolated func send(text: String) async throws { try await connection.send(.text(text)) }
    nonisolated func close() async { await connection.close() }
    nonisolated var closeInfo: WebSocketClosure? { connection.closeInfo }

    struct Ended: Error {}

    /// The next message of this type, whatever came before it.
    func next(_ type: String, where matches: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        func isWanted(_ json: JSONValue) -> Bool { json["type"]?.string == type && matches(json) }
        if let index = unread.firstIndex(where: isWanted) { return unread.remove(at: index) }
        while let json = try await read() {
            if isWanted(json) { return json }
            unread.append(json)
        }
        throw Ended()
    }

    /// The next message, whatever it is.
    func next() async throws -> JSONValue {
        if !unread.isEmpty { return unread.removeFirst() }
        guard let json = try await read() else { throw Ended() }
        return json
    }

    /// Reads on until the hub ends the connection.
    func untilClosed() async throws -> WebSocketClosure {
        while let json = try await read() { unread.append(json) }
        return try #require(connection.closeInfo)
    }

    var all: [JSONValue] { unread }

    private func read() async throws -> JSONValue? {
        var messages = connection.messages
        guard let message = await messages.next() else { return nil }
        return try JSONValue(parsing: Array(buffer: message.payload))
    }
}

/// A daemon as far as the wire shows it: of the installed ones, or with features.
struct FakeDaemon: Sendable {
    let peer: SocketPeer
    let welcome: JSONValue

    /// Connects and authenticates.
    static func connect<Value: Sendable>(
        to hub: TestHub, key: String, features: [String]? = nil, _ body: (FakeDaemon) async throws -> Value
    ) async throws -> Value {
        try await SocketPeer.connect(port: hub.port, "/ws/server") { peer in
            var auth: JSONValue = ["type": "auth", "api_key": .string(key)]
            if let features {
                auth = [
                    "type": "auth", "api_key": .string(key),
                    "client": ["name": "orchestratia-agent", "version": "1", "features": JSONValue(features)],
                ]
            }
            try await peer.send(auth)
            // The first frame of all must be this one.
            let welcome = try await peer.next()
            #expect(welcome["type"] == "auth_ok")
            return try await body(FakeDaemon(peer: peer, welcome: welcome))
        }
    }

    func send(_ json: JSONValue) async throws { try await peer.send(json) }
    func next(_ type: String) async throws -> JSONValue { try await peer.next(type) }

    func output(_ text: String, of session: String, at offset: Int? = nil) async throws {
        try await output(Array(text.utf8), of: session, at: offset)
    }

    func output(_ bytes: [UInt8], of session: String, at offset: Int? = nil) async throws {
        var json: [JSONValue.Member] = [
            .init("type", "session_output"), .init("session_id", .string(session)), .init("data", .string(Base64.standard.encode(bytes))),
        ]
        if let offset { json.append(.init("offset", JSONValue(offset))) }
        try await send(.object(json))
    }

    func started(_ session: String, recovered: Bool = false, tmux: String = "", offset: Int? = nil) async throws {
        var json: [JSONValue.Member] = [
            .init("type", "session_started"), .init("session_id", .string(session)), .init("pid", 4711), .init("tmux_name", .string(tmux)),
            .init("working_dir", "/w"),
        ]
        if recovered { json.append(.init("recovered", true)) }
        if let offset { json.append(.init("offset", JSONValue(offset))) }
        try await send(.object(json))
    }

    /// What is typed next into the session.
    func input(of session: String) async throws -> String {
        let message = try await peer.next("session_input") { $0["session_id"]?.string == session }
        let bytes = try #require(Base64.standard.decode(message["data"]?.string ?? ""))
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TestHub {
    /// Registers a machine.
    ///
    /// - Returns: its key and its id.
    func machine(
        _ name: String = "mac-1", capabilities: JSONValue = [:], repositories: JSONValue = [:]
    ) async throws -> (key: String, id: Server.ID) {
        let answer = try await nobody.post(
            "/api/v1/servers/register",
            [
                "name": .string(name), "registration_token": .string(try await registrationToken()), "machine_id": .string(name),
                "system_info": ["capabilities": capabilities, "repos": repositories],
            ])
        return (try #require(answer["api_key"].string), try #require(answer["id"].string.flatMap { Server.ID($0) }))
    }

    func owner() async throws -> Caller {
        let token = MakeAPIToken.newToken()
        try await hub.run(MakeAPIToken(for: project, as: .owner, name: "owner", token: token), as: .hub)
        return .person(try #require(try await hub.authenticate(bearer: token.revealed)), over: .rest)
    }

    func session(_ id: Session.ID, reaches state: Session.State) async throws -> Session {
        let hub = hub
        let session = try await hub.wait(atMost: .seconds(60)) {
            let session = try await hub.ask(GetSession(.id(id)), as: .hub).session
            return (session, session.state == state)
        }
        try #require(session.state == state)
        return session
    }

    /// Waits until the session's screen shows a text.
    func screen(of id: Session.ID, shows text: String) async throws {
        for await _ in await changesFromNow(of: id) {
            if await live.screen(of: id)?.text.contains(text) == true { return }
        }
        Issue.record("the screen never showed \(text)")
    }

    private func changesFromNow(of id: Session.ID) async -> AsyncStream<ScreenChange> {
        let changes = await live.changes(of: id)
        return AsyncStream { continuation in
            // What is there already is looked at first.
            continuation.yield(.changed)
            let task = Task {
                for await change in changes { continuation.yield(change) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
