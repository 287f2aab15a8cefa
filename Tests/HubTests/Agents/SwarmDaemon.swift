import Foundation
import HTTPClient
import HubCore
import NIOCore
import TelegramBot
import Testing
import WebSocket

import enum HubCore.JSONValue
import class HubCore.Locked

/// A daemon as far as the wire shows it, with as many terminals as one likes: each is a line that repeats what is typed, and answers
/// `flood` with output for ever, until Ctrl-C.
final class SwarmDaemon: Sendable {
    fileprivate struct Terminal {
        /// Bytes of output so far.
        var offset = 0
        /// Up to which offset the hub takes output; without the feature there is no end to it.
        var credit: Int
        var line = ""
        var isFlooding = false
    }

    static let features = ["ack", "credit", "launch", "offsets", "reports"]
    private static let floodPiece = Array(repeating: UInt8(ascii: "y"), count: 77) + Array("\u{1b}[31m\r\n".utf8)

    let name: String
    private let key: String
    private let url: String
    /// Whether it speaks section 12 of the agent protocol: then it keeps to the hub's credit.
    private let hasFeatures: Bool
    private let terminals = Locked([String: Terminal]())
    private let flooded = Locked(0)
    private let welcomed = Locked(false)

    init(_ name: String, token: String, hub url: String, hasFeatures: Bool, _ transport: any HTTPTransport) async throws {
        (self.name, self.url, self.hasFeatures) = (name, url, hasFeatures)
        let body: JSONValue = [
            "name": .string(name), "hostname": .string(name), "ip": "0.0.0.0", "os": "linux", "repos": [:],
            "system_info": ["agent_version": "0.20.0", "capabilities": ["slots": 1000]], "registration_token": .string(token),
            "machine_id": .string(name), "mac_address": "",
        ]
        let answer = try await RESTClient(transport, apiKey: "").post(url + "/api/v1/servers/register", body)
        key = try #require(answer.body["api_key"]?.string, "\(answer)")
    }

    /// Bytes of output that floods have sent.
    var floodedBytes: Int { flooded.withLock { $0 } }

    var isConnected: Bool { welcomed.withLock { $0 } }

    /// Connects, and serves its terminals until cancelled.
    func run() async throws {
        let endpoint = try #require(WebSocketEndpoint(hub: url, path: "/ws/server"))
        try await WebSocketClient(options: WebSocketOptions(maximumMessage: 1 << 20)).connect(to: endpoint) { connection in
            var auth: JSONValue = ["type": "auth", "api_key": .string(key)]
            if hasFeatures {
                auth = [
                    "type": "auth", "api_key": .string(key),
                    "client": ["name": "orchestratia-agent", "version": "1", "features": JSONValue(Self.features)],
                ]
            }
            try await connection.send(.text(auth.text))
            let welcome = try JSONValue(parsing: Array(try #require(await connection.receive()).payload.readableBytesView))
            #expect(welcome["type"] == "auth_ok")
            welcomed.withLock { $0 = true }
            let credit = welcome["initial_credit"]?.int ?? .max
            await withTaskGroup(of: Void.self) { group in
                for await message in connection.messages {
                    guard let json = try? JSONValue(parsing: Array(message.payload.readableBytesView)) else { continue }
                    let floods = (try? await self.handle(json, credit, connection)) ?? nil
                    if let floods { group.addTask { await self.flood(floods, connection) } }
                }
                group.cancelAll()
            }
        }
    }

    /// - Returns: the session that begins to flood.
    private func handle(_ json: JSONValue, _ credit: Int, _ connection: WebSocketConnection) async throws -> String? {
        guard let session = json["session_id"]?.string else { return nil }
        var floods: String?
        switch json["type"]?.string {
        case "session_start":
            terminals.withLock { $0[session] = Terminal(credit: credit) }
            var started: [JSONValue.Member] = [
                .init("type", "session_started"), .init("session_id", .string(session)), .init("pid", 4711), .init("tmux_name", ""),
                .init("working_dir", "/w"),
            ]
            if hasFeatures { started.append(.init("offset", 0)) }
            try await connection.send(.text(JSONValue.object(started).text))
            try await say("$ ", in: session, connection)
        case "session_credit":
            terminals.withLock { $0[session]?.credit = json["until"]?.int ?? 0 }
        case "session_input":
            let typed = String(decoding: Data(base64Encoded: json["data"]?.string ?? "") ?? Data(), as: UTF8.self)
            let (echo, begins) = terminals.withLock { terminals in terminals[session]?.type(typed) ?? ("", false) }
            if !echo.isEmpty { try await say(echo, in: session, connection) }
            if begins { floods = session }
        default: break
        }
        if let id = json["message_id"] { try await connection.send(.text((["type": "ack", "message_id": id] as JSONValue).text)) }
        return floods
    }

    private func say(_ text: String, in session: String, _ connection: WebSocketConnection) async throws {
        try await say(Array(text.utf8), in: session, connection)
    }

    private func say(_ bytes: [UInt8], in session: String, _ connection: WebSocketConnection) async throws {
        let offset = terminals.withLock { terminals in
            defer { terminals[session]?.offset += bytes.count }
            return terminals[session]?.offset ?? 0
        }
        var output: [JSONValue.Member] = [
            .init("type", "session_output"), .init("session_id", .string(session)),
            .init("data", .string(Data(bytes).base64EncodedString())),
        ]
        if hasFeatures { output.append(.init("offset", JSONValue(offset))) }
        try await connection.send(.text(JSONValue.object(output).text))
    }

    /// As fast as the hub lets it.
    private func flood(_ session: String, _ connection: WebSocketConnection) async {
        let piece = Array(repeatElement(Self.floodPiece, count: 190).joined())
        while !Task.isCancelled {
            guard let terminal = terminals.withLock({ $0[session] }), terminal.isFlooding else { break }
            guard terminal.offset + piece.count <= terminal.credit else {
                try? await Task.sleep(for: .milliseconds(1))  // between two looks for credit
                continue
            }
            guard (try? await say(piece, in: session, connection)) != nil else { return }
            flooded.withLock { $0 += piece.count }
        }
        // A connection that has gone needs no prompt.
        try? await say("\u{1b}[0m\r\n$ ", in: session, connection)
    }
}

extension SwarmDaemon.Terminal {
    /// - Returns: what is shown for it, and whether a flood begins.
    fileprivate mutating func type(_ text: String) -> (echo: String, floods: Bool) {
        if text.contains("\u{3}") { isFlooding = false }
        guard !isFlooding else { return ("", false) }
        var echo = ""
        for scalar in text.replacing("\u{1b}[200~", with: "").replacing("\u{1b}[201~", with: "").unicodeScalars {
            switch scalar {
            case "\r":
                if line == "flood" {
                    isFlooding = true
                    line = ""
                    return (echo + "\r\n", true)
                }
                echo += "\r\nran: \(line)\r\n$ "
                line = ""
            case _ where scalar.value < 0x20: continue
            default:
                line.unicodeScalars.append(scalar)
                echo.unicodeScalars.append(scalar)
            }
        }
        return (echo, false)
    }
}
