import Foundation
import HTTPClient
import HubCore
import HubTesting
import TelegramSimulator
import Testing

/// The command line as people and scripts meet it.
@Suite struct ProgramTests {
    @Test func `prints its version and its help`() async throws {
        let version = try await HubProgram.run(["--version"])
        #expect(version.status == 0)
        #expect(version.standard.split(separator: ".").count == 3)
        let help = try await HubProgram.run(["--help"])
        #expect(help.status == 0)
        for word in [
            "serve", "demo", "config", "doctor", "pairing-code", "registration-token", "api-token", "administrator", "bot", "project",
            "backup", "audit",
        ] {
            #expect(help.standard.contains(word))
        }
    }

    @Test(arguments: [
        ["serve", "--listen", "nonsense"], ["serve", "--unknown"], ["frobnicate"], ["registration-token"],
        ["api-token", "create", "--project", "default", "--role", "boss"],
        ["registration-token", "--project", "default", "--expires", "soon"], ["serve", "--log-level", "loud"],
        ["demo", "--log-level", "loud"],
        ["serve", "--database", "postgres://localhost/hub"], ["serve", "--tls-key", "key.pem"], ["serve", "--listen", "0.0.0.0:0"],
        ["serve", "--config", "/nonexistent/hub.yaml"],
    ])
    func `refuses wrong usage with 2 and a sentence`(_ arguments: [String]) async throws {
        let output = try await HubProgram.run(arguments)
        #expect(output.status == 2)
        #expect(!output.error.isEmpty)
        #expect(output.standard.isEmpty)
    }

    @Test func `flags go before the environment, that before the file, that before the defaults`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try "listen: 127.0.0.1:1001\nlog:\n  level: debug\n  format: json\n".write(toFile: file, atomically: true, encoding: .utf8)
        let output = try await HubProgram.run(
            ["config", "--config", file, "--listen", "127.0.0.1:1003"],
            environment: ["ORCHESTRATIA_LISTEN": "127.0.0.1:1002", "ORCHESTRATIA_LOG_LEVEL": "warning"])
        #expect(output.status == 0)
        #expect(output.standard.contains(#"listen: "127.0.0.1:1003""#))
        #expect(output.standard.contains("level: warning"))
        #expect(output.standard.contains("format: json"))
        #expect(output.standard.contains("limits: telegram"))
        #expect(output.standard.contains("spending:\n  currency: USD\n  day_cap: off"))
    }

    @Test func `a misspelt key of the file is named with its line`() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).yaml").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        try "listen: 127.0.0.1:1001\nlisten_port: 3\n".write(toFile: file, atomically: true, encoding: .utf8)
        let output = try await HubProgram.run(["config", "--config", file])
        #expect(output.status == 2)
        #expect(output.error.contains(":2: listen_port: there is no such setting"))
    }

    @Test func `config prints no secret`() async throws {
        let output = try await HubProgram.run(
            ["config"],
            environment: [
                "ORCHESTRATIA_BOT_TOKENS": "123456:AAsecretsecretsecretsecretsecretsecr", "ORCHESTRATIA_MASTER_KEY": "c2VjcmV0",
                "ORCHESTRATIA_TELEGRAM_PROXY": "socks5h://user:hidden@127.0.0.1:1080",
            ])
        #expect(output.status == 0)
        #expect(!output.standard.contains("AAsecret"))
        #expect(!output.standard.contains("c2VjcmV0"))
        #expect(!output.standard.contains("hidden"))
        #expect(output.standard.contains("***"))
    }

    @Test func `bot tokens of the environment replace those of the file, also those that lie in a file of their own`() async throws {
        let hub = try HubProgram()
        let (file, tokens) = (hub.folder + "/hub.yaml", hub.folder + "/tokens")
        let made = (1...4).map { "12345\($0):AAmademademademademademademademademad" }
        try "telegram:\n  bot_tokens: [\"\(made[0])\"]\n".write(toFile: file, atomically: true, encoding: .utf8)
        try "# two\n\(made[1])\n\(made[2])\n".write(toFile: tokens, atomically: true, encoding: .utf8)
        for (environment, count) in [
            ([:], 1), (["ORCHESTRATIA_BOT_TOKENS_FILE": tokens], 2), (["ORCHESTRATIA_BOT_TOKENS": made[3]], 1),
            (["ORCHESTRATIA_BOT_TOKENS_FILE": tokens, "ORCHESTRATIA_BOT_TOKENS": made[3]], 3),
        ] as [([String: String], Int)] {
            let output = try await HubProgram.run(["config", "--config", file], environment: environment)
            let masks = Array(repeating: "\"***\"", count: count).joined(separator: ", ")
            #expect(output.standard.contains("bot_tokens: [\(masks)]\n"), "\(output.standard)\(output.error)")
        }
    }

    @Test func `the sample configuration is valid and says the defaults`() async throws {
        let sample = Checkout.path("etc/hub.yaml")
        let (with, without) = (try await HubProgram.run(["config", "--config", sample]), try await HubProgram.run(["config"]))
        #expect(with.status == 0)
        #expect(with.standard == without.standard)
    }

    @Test func `subcommands work while no hub runs, and while one does`() async throws {
        let hub = try HubProgram()
        #expect(try await hub.run(["project", "create", "web"]).standard == "web")
        try await hub.start()
        for project in ["default", "web"] {
            let token = try await hub.run(["registration-token", "--project", project])
            #expect(token.status == 0)
            #expect(token.standard.hasPrefix("orcreg_"))
            #expect(!token.standard.contains("\n"))
        }
        #expect(try await hub.run(["pairing-code"]).standard.count == 43)
        let missing = try await hub.run(["registration-token", "--project", "nowhere"])
        #expect(missing.status == 1)
        #expect(missing.error.contains("there is no project nowhere"))
        let copy = hub.folder + "/copy.db"
        #expect(try await hub.run(["backup", copy]).status == 0)
        let permissions = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        #expect(try await hub.run(["backup", copy]).status == 1)
        #expect(try await hub.run(["audit", "verify"]).status == 0)
        #expect(try await hub.run(["doctor"]).status == 0)
        #expect(await hub.stop() == 0)
        #expect(try await hub.run(["audit", "verify"]).status == 0)
    }

    @Test func `a command that makes the database says so`() async throws {
        let hub = try HubProgram()
        #expect(try await hub.run(["pairing-code"]).error.contains("there was no database at \(hub.database)"))
        #expect(try await hub.run(["pairing-code"]).error == "")
    }

    @Test func `after a command the database file alone holds everything`() async throws {
        let hub = try HubProgram()
        #expect(try await hub.run(["project", "create", "web"]).status == 0)
        let log = try? FileManager.default.attributesOfItem(atPath: hub.database + "-wal")[.size] as? NSNumber
        #expect((log ?? 0).intValue == 0)
        let copy = hub.folder + "/moved.db"
        try FileManager.default.copyItem(atPath: hub.database, toPath: copy)
        let output = try await HubProgram.run(["registration-token", "--project", "web", "--database", copy])
        #expect(output.status == 0, "\(output.error)")
    }

    @Test func `tokens of scripts are listed, and end when they are revoked`() async throws {
        let hub = try HubProgram()
        func tokens(_ arguments: String...) async throws -> FinishedProgram {
            try await hub.run(["api-token"] + arguments + ["--project", "default"])
        }
        #expect(try await tokens("list").standard.hasPrefix("no tokens yet: orchestratia-hub api-token create"))
        try await hub.start()
        let transport = try CurlMultiLoop()
        let bearer = try await tokens("create", "--role", "viewer", "--name", "deploy").standard
        let people = RESTClient(transport, bearer: bearer)
        #expect(try await people.get(hub.url + "/api/v1/projects").status == 200)
        _ = try await tokens("create", "--role", "member", "--name", "twin")
        _ = try await tokens("create", "--role", "member", "--name", "twin")
        let lines = try await tokens("list").standard.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        #expect(lines.map { $0.dropFirst() } == [["viewer", "deploy"], ["member", "twin"], ["member", "twin"]])
        let several = try await tokens("revoke", "twin")
        #expect(several.status == 1 && several.error.contains("2 are called twin: give the beginning of the id"))
        #expect(try await tokens("revoke", "nobody").status == 1)
        #expect(try await tokens("revoke", String(lines[1][0].prefix(13))).standard == "revoked twin")
        #expect(try await tokens("revoke", "deploy").standard == "revoked deploy")
        #expect(try await people.get(hub.url + "/api/v1/projects").status == 401)
        #expect(try await tokens("list").standard.split(separator: "\n").count == 1)
        #expect(try await hub.run(["administrator", "list"]).standard.hasPrefix("nobody yet: orchestratia-hub pairing-code"))
        #expect(try await hub.run(["administrator", "remove", "Ada"]).error.contains("there is no administrator Ada"))
        #expect(await hub.stop() == 0)
        await transport.shutdown()
    }

    @Test func `bots are listed and counted, and where there are none the cure is told`() async throws {
        let simulator = try await Simulator.start()
        let bot = await simulator.addBot(username: "hub_bot")
        let hub = try HubProgram(environment: ["ORCHESTRATIA_TELEGRAM_API_URL": simulator.url])
        #expect(try await hub.run(["bot", "list"]).standard.hasPrefix("no bots yet: get a token from @BotFather"))
        #expect(try await hub.run(["doctor"]).standard.contains("note  bots: none yet: get a token from @BotFather"))
        #expect(try await hub.run(["bot", "add"], input: bot.token + "\n").standard == "@hub_bot")
        #expect(try await hub.run(["bot", "list"]).standard == "\(bot.id)\t@hub_bot\tstored; the hub does not run")
        #expect(try await hub.run(["doctor"]).standard.contains("ok    bots: 1 stored in the database, and working: @hub_bot"))
        try await hub.start()
        #expect(try await hub.run(["doctor"]).standard.contains("ok    bots: 1 stored in the database, and working: @hub_bot"))
        #expect(await hub.stop() == 0)
        await simulator.shutdown()
    }

    @Test func `a bot that is removed while its token is configured is said to come back`() async throws {
        let simulator = try await Simulator.start()
        let (first, second) = (await simulator.addBot(username: "first_bot"), await simulator.addBot(username: "second_bot"))
        let hub = try HubProgram(
            environment: ["ORCHESTRATIA_TELEGRAM_API_URL": simulator.url, "ORCHESTRATIA_BOT_TOKENS": first.token])
        try await hub.start()
        #expect(try await hub.run(["bot", "add"], input: second.token + "\n").standard == "@second_bot")
        #expect(try await hub.run(["bot", "remove", "second_bot"]).standard == "removed @second_bot")
        #expect(
            try await hub.run(["bot", "remove", "first_bot"]).standard.hasPrefix(
                "removed @first_bot, until the next start: its token is still in ORCHESTRATIA_BOT_TOKENS"))
        #expect(await hub.stop() == 0)
        await simulator.shutdown()
    }

    @Test func `doctor finds a stored bot whose token is not valid any more, while the hub runs and while it does not`() async throws {
        let simulator = try await Simulator.start()
        let bot = await simulator.addBot(username: "hub_bot")
        let ada = await simulator.addPerson(name: "Ada", username: "ada")
        let hub = try HubProgram(environment: ["ORCHESTRATIA_TELEGRAM_API_URL": simulator.url])
        #expect(try await hub.run(["bot", "add"], input: bot.token + "\n").status == 0)
        let fault = "FAULT bot \(bot.id): @hub_bot: its token is not valid: make a new one with @BotFather and add it"
        await simulator.inject(.unauthorized, method: "getMe")
        let idle = try await hub.run(["doctor"])
        #expect(idle.status == 1 && idle.standard.contains(fault), "\(idle.standard)")
        #expect(!idle.said.contains(bot.token))
        #expect(try await hub.run(["doctor"]).status == 0)

        try await hub.start()
        try await simulator.waitForPoll(of: bot)
        await simulator.inject(.unauthorized, method: "getUpdates")
        try await simulator.send("wake", from: ada, to: bot)
        let limit = ContinuousClock.now + .seconds(60)
        var running = try await hub.run(["doctor"])
        // The poll that is refused is the next one.
        while running.status == 0, ContinuousClock.now < limit { running = try await hub.run(["doctor"]) }
        #expect(running.status == 1 && running.standard.contains(fault), "\(running.standard)")
        #expect(!running.said.contains(bot.token))
        #expect(await hub.stop() == 0)
        await simulator.shutdown()
    }

    @Test func `a fault that doctor finds is said once, and nothing about exit codes`() async throws {
        let hub = try HubProgram()
        let report = try await hub.run(["doctor", "--commands", hub.folder + "/nowhere"])
        #expect(report.status == 1)
        #expect(report.standard.contains("FAULT"))
        #expect(!report.error.contains("ExitCode"))
    }

    @Test func `the token of a running hub carries the port that it really has`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        let token = try await hub.run(["registration-token", "--project", "default"]).standard
        #expect(try address(in: token) == hub.url)
    }

    /// The address in a registration token.
    private func address(in token: String) throws -> String {
        let encoded = token.dropFirst("orcreg_".count).split(separator: ".")[0]
        let padded =
            encoded.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - encoded.count % 4) % 4)
        return String(decoding: try #require(Data(base64Encoded: String(padded))), as: UTF8.self)
    }

    @Test(arguments: [
        (["--listen", "0.0.0.0:8443", "--insecure-http"], "http://127.0.0.1:8443", true),
        (["--listen", "[::]:8443", "--insecure-http"], "http://[::1]:8443", true),
        (["--public-url", "https://hub.example.org"], "https://hub.example.org", false),
    ])
    func `tokens never name all addresses, and doctor says whether others can use them`(
        _ arguments: [String], _ address: String, _ isLocal: Bool
    ) async throws {
        let hub = try HubProgram()
        let token = try await hub.run(["registration-token", "--project", "default"] + arguments).standard
        #expect(try self.address(in: token) == address)
        let report = try await hub.run(["doctor"] + arguments)
        #expect(report.status == 0)
        let line =
            isLocal
            ? "note  address: tokens will name \(address), which other machines cannot reach: set --public-url https://hub.example.org"
            : "ok    address: tokens name \(address)"
        #expect(report.standard.split(separator: "\n").contains { $0 == line }, "\(report.standard)")
    }

    @Test func `the log warns of tokens that only this machine can use`() async throws {
        let hub = try HubProgram()
        let cases: [([String], Bool)] = [([], true), (["--public-url", "https://hub.example.org"], false)]
        for (options, isWarned) in cases {
            let log = hub.folder + "/\(isWarned).log"
            try Data().write(to: URL(fileURLWithPath: log))
            let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", hub.database] + options
            let (process, printed) = try await HubProgram.launch(arguments, logFile: log, untilItPrints: "serves")
            process.terminate()
            #expect(await process.ended() == 0)
            #expect(printed.contains("serves at http://127.0.0.1:"))
            let lines = try String(contentsOfFile: log, encoding: .utf8)
            #expect(lines.contains("name an address that other machines cannot reach: set --public-url") == isWarned, "\(lines)")
        }
    }

    @Test func `a second hub on the same database is refused and named`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        let second = try await hub.run(["serve", "--listen", "127.0.0.1:0"])
        #expect(second.status == 1)
        #expect(second.error.contains("is in use by another hub"))
    }

    @Test func `an address that is taken is named with the way out`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        let address = String(hub.url.dropFirst("http://".count))
        let other = try HubProgram()
        let second = try await other.run(["serve", "--listen", address])
        #expect(second.status == 1)
        #expect(second.error.hasSuffix("cannot listen on \(address): Address already in use. Choose another with --listen"))
        let demo = try await HubProgram.run(["demo", "--port", String(address.split(separator: ":")[1])])
        #expect(demo.status == 1)
        #expect(demo.error.contains("for the chat page: Address already in use. Choose another with --port"))
    }

    @Test func `the ready file says where the hub is, for this user only`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        #expect(hub.ready["pid"]?.int != nil)
        let version = try await HubProgram.run(["--version"]).standard
        #expect(hub.ready["version"]?.string == version)
        #expect(hub.ready["pairing_code"]?.string?.count == 43)
        #expect(hub.ready["bots"]?.array == [])
        let mode = try FileManager.default.attributesOfItem(atPath: hub.folder + "/ready.json")[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        for file in ["hub.db", "master.key"] {
            let mode = try FileManager.default.attributesOfItem(atPath: hub.folder + "/" + file)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
        }
    }

    @Test func `SIGTERM drains and ends with 0`() async throws {
        let hub = try HubProgram()
        try await hub.start()
        #expect(await hub.stop() == 0)
        try await hub.start()
        #expect(await hub.stop() == 0)
    }

    @Test(.timeLimit(.minutes(5))) func `the demo's script tells its story and exits with 0`() async throws {
        let output = try await HubProgram.run(["demo", "--script"], atMost: 280)
        #expect(output.status == 0, "\(output.error)\n\(output.standard)")
        for words in [
            "Ada: /new Fix the login redirect", "[Approve]", "Keep the old links", "all 12 tasks are done", "That was the whole story",
        ] {
            #expect(output.standard.contains(words))
        }
    }
}
