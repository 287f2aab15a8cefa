import Cryptography
import Foundation
import HubCore
import HubService
import LiveSessions
import Testing

@testable import TelegramGateway

/// The far end of a terminal: echoes what is typed as a line discipline does, and answers each line.
final class TestTerminal: AgentLink {
    let abilities = AgentAbilities()
    let session: Session
    let server: Server
    private let live: LiveSessions
    private let state = Locked((line: "", lines: [String](), keys: [UInt8]()))

    init(_ session: Session, on server: Server, _ live: LiveSessions) {
        (self.session, self.server, self.live) = (session, server, live)
    }

    /// The lines that were entered.
    var lines: [String] { state.withLock { $0.lines } }
    /// All bytes that came, as they came.
    var bytes: [UInt8] { state.withLock { $0.keys } }

    func say(_ text: String) { live.receive(Array(text.utf8), at: nil, from: session.id) }

    func send(_ order: TerminalOrder, to session: Session.ID) -> Bool {
        guard case .input(let bytes) = order else { return true }
        let echo = state.withLock { state -> String in
            state.keys += bytes
            var echo = ""
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
                switch scalar {
                case "\r":
                    state.lines.append(state.line)
                    echo += "\r\nran: \(state.line)\r\n$ "
                    state.line = ""
                case "\n":
                    state.line += "\n"
                    echo += "\r\n"
                case _ where scalar.value < 0x20: echo += "^"
                default:
                    state.line.unicodeScalars.append(scalar)
                    echo.unicodeScalars.append(scalar)
                }
            }
            return echo
        }
        say(echo)
        return true
    }
}

extension Station {
    func server(_ name: String, agents: Set<String> = []) async throws -> Server {
        let secret = SecretToken.random()
        try await hub.run(MakeRegistrationToken(for: project().id, secret: secret), as: .hub)
        let machine = Server.Machine(
            machineID: name, macAddress: "", hostname: name, os: "linux", address: "", systemInfo: .object([]))
        let server = try await hub.run(
            RegisterServer(
                token: RegistrationToken(hubURL: "http://127.0.0.1", secret: secret).text.revealed, name: name, machine: machine,
                capabilities: Capabilities(agents: agents), key: RegisterServer.newKey()), as: .stranger(name: name, over: .rest))
        return try await hub.run(ServerConnected(server.id, features: ["ack"]), as: .hub).server
    }

    /// A session that runs on a server, with its far end.
    func terminal(_ name: String, profile: String = "shell", on server: Server) async throws -> TestTerminal {
        let opened = try await hub.run(OpenSession(on: server.name, in: project().id, name: name, profile: profile), as: .hub)
        return try await begin(opened.session.id, on: server)
    }

    func begin(_ session: Session.ID, on server: Server) async throws -> TestTerminal {
        _ = try await hub.run(SessionStarted(session, on: server.id, pid: 1, tmuxName: "", workingDirectory: nil), as: .hub)
        return try await attach(session, on: server)
    }

    func attach(_ session: Session.ID, on server: Server) async throws -> TestTerminal {
        let stored = try await hub.ask(GetSession(.id(session)), as: .hub).session
        let terminal = TestTerminal(stored, on: server, live)
        await live.attach(stored, to: terminal, .new)
        return terminal
    }
}
