import Cryptography
import Foundation
import HubCore
import Testing

@testable import AgentDaemon

@Suite("Registration and configuration", .timeLimit(.minutes(3)))
struct RegistrationTests {
    @Test("turns a token into a key, keeps what it does not know, and lets nobody else read it")
    func register() async throws {
        let answer: @Sendable (TestHub.Request) -> TestHub.Answer? = { request in
            request.path == "/api/v1/servers/register" ? (201, Array("{\"api_key\":\"orc_new\",\"id\":\"1\"}".utf8)) : nil
        }
        try await TestHub.serve(answer: answer) { hub in
            try await DaemonHome.lend { home in
                try "api_key: old\nclaude: {binary: /x}\nserver_name: box\nrepos: {app: {path: ~/app, branch: dev}}\n".write(
                    toFile: home.file, atomically: true, encoding: .utf8)
                let token = "orcreg_" + Base64.url.encode(Array(hub.url.utf8)) + ".secret.part"
                try await AgentProgram(path: home.file, environment: home.environment).register(token: token)
                let text = try String(contentsOfFile: home.file, encoding: .utf8)
                #expect(text.contains("orc_new") && text.contains("/x") && !text.contains("orcreg_") && !text.contains("old"))
                let mode = try FileManager.default.attributesOfItem(atPath: home.file)[.posixPermissions] as? Int
                #expect(mode == 0o600)
                let request = try #require(hub.requests.first)
                let body = try JSONValue(parsing: request.body)
                #expect(body["registration_token"]?.string == token && body["name"] == "box" && body["ip"] == "0.0.0.0")
                #expect(body["repos"] == ["app": .string(home.path + "/app")] && body["system_info"]?["cpu_count"]?.int != nil)
                #expect(request.key == nil)
            }
        }
    }

    @Test("that is refused leaves the token for another try, and a malformed token touches nothing")
    func refused() async throws {
        try await TestHub.serve(answer: { _ in (401, Array("{\"detail\":\"used up\"}".utf8)) }) { hub in
            try await DaemonHome.lend { home in
                let program = AgentProgram(path: home.file, environment: home.environment)
                await #expect(throws: Register.Failure.self) { try await program.register(token: "orcreg_nodot") }
                #expect(!FileManager.default.fileExists(atPath: home.file))
                let token = "orcreg_" + Base64.url.encode(Array(hub.url.utf8)) + ".s"
                await #expect(throws: Register.Failure.self) { try await program.register(token: token) }
                let configuration = try home.configuration()
                #expect(configuration.registrationToken?.revealed == token)
            }
        }
    }

    @Test("finds its file where the installed agents have theirs")
    func places() {
        let system = "/etc/orchestratia/config.yaml"
        let own = "/srv/a/.config/orchestratia/config.yaml"
        func place(_ isRoot: Bool, _ files: [String]) -> String {
            ConfigurationFile.defaultPath(home: "/srv/a", isRoot: isRoot) { files.contains($0) }
        }
        #expect(place(true, [own]) == system)
        #expect(place(false, [own, system]) == own)
        #expect(place(false, [system]) == system)
        #expect(place(false, []) == own)
    }
}
