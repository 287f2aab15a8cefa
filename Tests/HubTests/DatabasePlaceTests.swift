import Foundation
import HubTesting
import TelegramSimulator
import Testing

/// Where the database lies, and what belongs to it.
@Suite struct DatabasePlaceTests {
    private func lies(_ name: String, in folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }

    @Test func `a database that is named without a folder has its key beside it, in the working directory`() async throws {
        let hub = try HubProgram()
        // As the program sees it: without symbolic links.
        let folder = URL(fileURLWithPath: hub.folder).resolvingSymlinksInPath().path
        func run(_ arguments: String...) async throws -> FinishedProgram {
            try await FinishedProgram.run(HubProgram.path, arguments, in: folder)
        }
        let settings = try await run("config", "--database", "./own.db", "--ready-file", "run/ready.json", "--agents", "../agents").standard
        for line in [
            "database: \"\(folder)/own.db\"", "master_key_file: \"\(folder)/master.key\"", "ready_file: \"\(folder)/run/ready.json\"",
            "agents: \"\(folder)/../agents\"",
        ] {
            #expect(settings.split(separator: "\n").contains { $0 == line }, "\(line) in \(settings)")
        }
        // Only then is a command let loose that makes a key.
        try #require(settings.contains("\"\(folder)/master.key\""))
        let made = try await run("project", "create", "web", "--database", "own.db")
        #expect(made.status == 0 && made.standard == "web", "\(made.error)")
        #expect(lies("own.db", in: folder) && lies("master.key", in: folder))
        let report = try await run("doctor", "--database", "own.db")
        #expect(report.status == 0 && report.standard.contains("MiB are free in \(folder)\n"), "\(report.standard)")
        // It is the same hub by its whole path.
        #expect(try await HubProgram.run(["registration-token", "--project", "web", "--database", folder + "/own.db"]).status == 0)
    }

    @Test func `a database whose key is gone gets no new one`() async throws {
        let hub = try HubProgram()
        #expect(try await hub.run(["project", "create", "web"]).status == 0)
        let (key, away) = (hub.folder + "/master.key", hub.folder + "/away.key")
        try FileManager.default.moveItem(atPath: key, toPath: away)
        let refused = try await hub.run(["project", "create", "shop"])
        #expect(refused.status == 2)
        #expect(refused.error.contains("its master key \(key) is not"), "\(refused.error)")
        #expect(!lies("master.key", in: hub.folder))
        let other = try await HubProgram.run(
            ["project", "create", "shop", "--database", hub.database], environment: ["ORCHESTRATIA_MASTER_KEY_FILE": away])
        #expect(other.status == 0, "\(other.error)")
    }

    @Test func `a key that is not the database's is called so`() async throws {
        let simulator = try await Simulator.start()
        let bot = await simulator.addBot(username: "hub_bot")
        let hub = try HubProgram(environment: ["ORCHESTRATIA_TELEGRAM_API_URL": simulator.url])
        #expect(try await hub.run(["bot", "add"], input: bot.token + "\n").status == 0)
        let other = Data(repeating: 3, count: 32).base64EncodedString()
        try Data(other.utf8).write(to: URL(fileURLWithPath: hub.folder + "/master.key"))
        for command in [["bot", "list"], ["serve", "--listen", "127.0.0.1:0"]] {
            let output = try await hub.run(command)
            #expect(output.status == 1)
            #expect(output.error.contains("the master key is not the one that it was stored under"), "\(output.error)")
            #expect(!output.said.contains(bot.token))
        }
        await simulator.shutdown()
    }
}
