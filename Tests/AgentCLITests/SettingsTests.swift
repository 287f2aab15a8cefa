import HubCore
import Testing

@testable import AgentCLI

/// Which hub, and with which key (agent protocol, section 1.4).
@Suite struct SettingsTests {
    private func settings(_ environment: [String: String], file: String? = nil, system: String? = nil) throws -> AgentSettings {
        let terminal = try Terminal()
        if let file { try terminal.write(file, to: ".config/orchestratia/config.yaml") }
        if let system { try terminal.write(system, to: "etc/config.yaml") }
        let console = Console(isColoured: false) { _ in
        } complaints: { _ in
        }
        return try AgentSettings(
            Surroundings(
                environment: environment.merging(["HOME": terminal.folder]) { $1 }, workingDirectory: terminal.folder, console: console,
                systemConfiguration: terminal.folder + "/etc/config.yaml"))
    }

    private let stamped = [
        "ORCHESTRATIA_HUB_URL": "https://env.example/", "ORCHESTRATIA_API_KEY": "orc_env", "ORCHESTRATIA_SESSION_ID": "s",
        "ORCHESTRATIA_PROJECT_ID": "p",
    ]

    @Test func `the file goes before the environment, which fills in what it lacks`() throws {
        let whole = try settings(stamped, file: "hub_url: http://file.example//\napi_key: orc_file\nsession_id: x\n")
        #expect(whole.hub == "http://file.example" && whole.key == "orc_file" && whole.session == "s" && whole.project == "p")
        let half = try settings(stamped, file: "hub_url: http://file.example\nregistration_token: orcreg_x\n")
        #expect(half.hub == "http://file.example" && half.key == "orc_env")
        let none = try settings(stamped)
        #expect(none.hub == "https://env.example" && none.key == "orc_env" && !none.isTLSInsecure)
    }

    @Test func `the user's file goes before the system's`() throws {
        #expect(
            try settings([:], file: "hub_url: http://user\napi_key: u", system: "hub_url: http://system\napi_key: s").hub == "http://user")
        #expect(try settings([:], system: "hub_url: http://system\napi_key: s").hub == "http://system")
    }

    @Test func `the key of a session goes before the machine's`() throws {
        let environment = stamped.merging(["ORCHESTRATIA_TASK_ID": taskID]) { $1 }
        #expect(try settings(environment, file: "hub_url: http://file\napi_key: orc_file").key == "orc_env")
    }

    @Test(arguments: ["1", "true", "YES", "on"]) func `certificates are checked unless told otherwise`(_ word: String) throws {
        #expect(try settings(stamped.merging(["ORCHESTRATIA_INSECURE_TLS": word]) { $1 }).isTLSInsecure)
        #expect(try settings(stamped.merging(["ORCHESTRATIA_INSECURE_TLS": "0"]) { $1 }).isTLSInsecure == false)
        #expect(try settings(stamped, file: "insecure_tls: true").isTLSInsecure)
    }

    @Test func `what is missing or wrong is said, with what to do`() async throws {
        let terminal = try Terminal()
        let none = await terminal.run("task", "check")
        #expect(none.status == 1)
        #expect(none.error.contains("no hub is configured") && none.error.contains("orchestratia-agent --register TOKEN"))
        let json = await terminal.run("task", "check", "--json")
        #expect(json.status == 1 && json.error.isEmpty && json.json?["error"]?.string?.contains("no hub is configured") == true)
        try terminal.write("hub_url: http://x\nregistration_token: orcreg_x\n", to: ".config/orchestratia/config.yaml")
        #expect(await terminal.run("task", "check").error.contains("not registered yet"))
        try terminal.write("hub_url: [", to: ".config/orchestratia/config.yaml")
        #expect(await terminal.run("task", "check").error.contains("no valid YAML"))
        try terminal.write("hub_url: ftp://x\napi_key: a", to: ".config/orchestratia/config.yaml")
        #expect(await terminal.run("task", "check").error.contains("must begin with http"))
        try terminal.write("hub_url: http://127.0.0.1:1\napi_key: \"a\\nX-Evil: b\"", to: ".config/orchestratia/config.yaml")
        #expect(await terminal.run("task", "check").error.contains("characters that no key has"))
    }
}
