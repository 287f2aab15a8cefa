import Foundation
import HTTPClient
import HubCore
import TelegramBot
import Testing
import WebSocket

import enum HubCore.JSONValue
import class HubCore.Locked

/// A client of the installed base: sections 1 to 9 of the agent protocol to the letter, and no extension. Its terminal is a line that
/// repeats what is typed.
final class InstalledClient: Sendable {
    let key: String
    private let url: String
    private let transport: any HTTPTransport
    private let inbox = Locked([JSONValue]())
    private let connection = Locked<WebSocketConnection?>(nil)

    /// Registers as section 1.2 says.
    init(token: String, hub url: String, _ transport: any HTTPTransport) async throws {
        (self.url, self.transport) = (url, transport)
        let info: JSONValue = [
            "cpu_count": 2, "memory_total_gb": 23, "platform": "Linux", "python_version": "3.11.7", "uptime_seconds": 1_795_352_056,
            "os_username": "root", "agent_version": "0.20.0",
        ]
        let body: JSONValue = [
            "name": "old", "hostname": "old", "ip": "0.0.0.0", "os": "linux", "repos": [:], "system_info": info,
            "registration_token": .string(token), "machine_id": "3d12", "mac_address": "02:fc:00:00:00:01",
        ]
        let response = try await transport.send(
            HTTPRequest(
                .post, url + "/api/v1/servers/register", headers: [("Content-Type", "application/json")], body: Data(body.bytes),
                isRepeatable: false))
        #expect((200..<300).contains(response.status))
        let answer = try JSONValue(parsing: Array(response.body))
        key = try #require(answer["api_key"]?.string)
        #expect(key.utf8.count >= 8)
    }

    // MARK: REST, as the daemon and the command line call it

    /// - Parameter body: none: the request has no body at all.
    func call(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil) async throws -> (status: Int, body: [UInt8]) {
        let response = try await transport.send(
            HTTPRequest(
                method, path.hasPrefix("http") ? path : url + path,
                headers: [("X-Api-Key", key), ("Content-Type", "application/json"), ("Accept-Encoding", "identity")],
                body: body.map { Data($0.bytes) }, isRepeatable: false))
        return (response.status, Array(response.body))
    }

    /// - Returns: the answer, which is a JSON document and a success.
    @discardableResult
    func ask(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let (status, bytes) = try await call(method, path, body)
        #expect((200..<300).contains(status), "\(path): \(status) \(String(decoding: bytes, as: UTF8.self))")
        return try JSONValue(parsing: bytes)
    }

    // MARK: The socket

    /// Connects as section 6.1 says, and reads what comes for the time of `body`.
    ///
    /// - Parameter session: one that is still there, which it says at once: what a client does not name soon is over for the hub.
    func connected(recovering session: String? = nil, _ body: () async throws -> Void) async throws {
        let endpoint = try #require(WebSocketEndpoint(hub: url, path: "/ws/server"))
        try await WebSocketClient(options: WebSocketOptions(maximumMessage: 1 << 20)).connect(to: endpoint) { connection in
            try await connection.send(.text((["type": "auth", "api_key": .string(key)] as JSONValue).text))
            let first = try #require(await connection.receive())
            #expect(try JSONValue(parsing: Array(first.payload.readableBytesView))["type"]?.string == "auth_ok")
            self.connection.withLock { $0 = connection }
            if let session { try await started(session, isRecovered: true) }
            let reading = Task { await self.read(connection) }
            // As the installed daemon does before it reads.
            #expect(try await ask(.get, "/api/v1/server/access-grants").array == [])
            #expect(try await ask(.get, "/api/v1/server/approval-rules").array != nil)
            do {
                try await body()
            } catch {
                reading.cancel()
                throw error
            }
            reading.cancel()
        }
    }

    private func read(_ connection: WebSocketConnection) async {
        for await message in connection.messages {
            guard let json = try? JSONValue(parsing: Array(message.payload.readableBytesView)) else {
                Issue.record("the hub sent what is no JSON")
                continue
            }
            if json["type"]?.string == "session_input", let session = json["session_id"]?.string,
                let bytes = Data(base64Encoded: json["data"]?.string ?? "")
            {
                let typed = String(decoding: bytes, as: UTF8.self)
                let shown = typed.replacing("\u{1b}[200~", with: "").replacing("\u{1b}[201~", with: "")
                // Behind the first Enter the agent runs: a shell's prompt would say that it is over.
                // A connection that goes meanwhile loses it, as it does there.
                try? await output(shown.replacing("\r", with: "\r\nThe goose is here.\r\n"), of: session)
            }
            inbox.withLock { $0.append(json) }
        }
    }

    func send(_ json: JSONValue) async throws {
        let connection = self.connection.withLock { $0 }
        try await connection?.send(.text(json.text))
    }

    func output(_ text: String, of session: String) async throws {
        try await send([
            "type": "session_output", "session_id": .string(session), "data": .string(Data(text.utf8).base64EncodedString()),
        ])
    }

    /// That a terminal in tmux has begun, or is still there.
    func started(_ session: String, isRecovered: Bool = false) async throws {
        var members: [JSONValue.Member] = [
            .init("type", "session_started"), .init("session_id", .string(session)), .init("pid", 29420),
            .init("tmux_name", .string("orc-" + session.prefix(12))), .init("working_dir", "/w"),
        ]
        if isRecovered { members.append(.init("recovered", true)) }
        try await send(.object(members))
    }

    /// The next message of that type, whatever came before it.
    func next(_ type: String, where fits: (JSONValue) -> Bool = { _ in true }) async throws -> JSONValue {
        let deadline = ContinuousClock.now + Site.patience
        while ContinuousClock.now < deadline {
            let found: JSONValue?? = inbox.withLock { inbox in
                let index = inbox.firstIndex { $0["type"]?.string == type && fits($0) }
                return index.map { Optional.some(inbox.remove(at: $0)) }
            }
            if case .some(.some(let json)) = found { return json }
            try await Task.sleep(for: .milliseconds(10))  // between two looks
        }
        throw HubProgram.Failed(description: "no \(type) came, but \(inbox.withLock { $0.compactMap { $0["type"]?.string } })")
    }

    /// Waits until this was typed into the session.
    func typed(_ text: String, into session: String) async throws {
        _ = try await next("session_input") { Self.input(in: $0, for: session)?.contains(text) == true }
    }

    /// What was typed into the session, and nobody has waited for.
    func typed(into session: String) -> [String] {
        inbox.withLock { $0.compactMap { Self.input(in: $0, for: session) } }
    }

    private static func input(in message: JSONValue, for session: String) -> String? {
        guard message["type"]?.string == "session_input", message["session_id"]?.string == session else { return nil }
        return String(decoding: Data(base64Encoded: message["data"]?.string ?? "") ?? Data(), as: UTF8.self)
    }
}
