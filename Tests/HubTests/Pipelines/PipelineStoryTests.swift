import Foundation
import HubCore
import TelegramSimulator
import Testing

import enum HubCore.JSONValue

/// The sample pipeline from the uploaded file to its end: two daemons, agents in their terminals, and a person who sees nothing but the chat.
@Suite(.serialized, .timeLimit(.minutes(5))) struct PipelineStoryTests {
    private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../..").standardized
    private static let agent = root.appendingPathComponent("Sources/orchestratia-hub/Demo/agent.sh").path
    private static let names = [
        "api", "prices", "tables", "server", "app", "fill", "banner", "page", "test", "phone", "ship", "announce",
    ]

    /// The number of a task in the chat, by its id in the document.
    private static func number(_ name: String) -> Int { (names.firstIndex(of: name) ?? -1) + 1 }
    private static func label(_ name: String) -> String { "default#\(number(name))" }

    @Test func `a file becomes twelve tasks on two machines, which hand data on, stop for a person three times, and finish`() async throws {
        try await Site.with(profiles: ["demo": "{name: demo, summary: works, command: [sh, '\(Self.agent)', '0.01']}"]) { site in
            let server = try await site.machine("server", slots: 2, environments: ["staging"])
            let mac = try await site.machine("mac", slots: 2, repository: "app", environments: ["design", "phone"])
            _ = try await site.reply(after: try await site.say("/settings agent demo")) { $0.text.contains("demo") }
            let card = try await create(site)
            try await planGate(site, card)
            try await refusedContract(site, card)
            try await failure(site, card)
            try await review(site, card)
            try await end(site, card)
            let tasks = try await tasks(of: site)
            try checkData(tasks, on: server)
            try await checkOrder(tasks, site)
            for machine in [server, mac] { #expect(await machine.stop() == 0) }
        }
    }

    /// The dry run, and what its button makes.
    private func create(_ site: Site) async throws -> World.Message {
        let document = try Data(contentsOf: Self.root.appendingPathComponent("etc/pipelines/sale.yaml"))
        let upload = try await site.simulator.sendDocument(
            named: "sale.yaml", Array(document), mimeType: "application/yaml", caption: "/pipeline", from: site.ada, to: site.chat)
        let check = try await site.reply(after: upload) { $0.buttons.contains("Create 12 tasks") }
        #expect(check.text.contains("12 tasks and 17 dependencies: 9 for the order, 7 hand data on, 1 is a mere link."))
        #expect(check.text.contains("Longest chain, 5 tasks: api → server → test → ship → announce"))
        #expect(check.text.contains("First stop for a person: api, whose plan is to be approved."))
        #expect(!check.text.contains("No server can run"))
        #expect(try await site.get("/api/v1/tasks")["total"] == 0)
        try await site.simulator.press("Create 12 tasks", on: check, by: site.ada)
        return try await site.message(check) { $0.text.contains("P1 spring sale") && $0.text.contains("of 12 done") }
    }

    /// While the plan waits: the card counts it, `/why` explains what it holds up, and the graph is drawn.
    private func planGate(_ site: Site, _ card: World.Message) async throws {
        let plan = try await site.reply(after: card) { $0.text.contains("Three routes") && $0.buttons.contains("Approve") }
        try await site.message(card) { $0.text.contains("❓ 1 for people") }
        let why = try await site.reply(after: try await site.say("/why #\(Self.number("app"))")) { $0.text.contains("It waits for:") }
        #expect(why.text.contains("• \(Self.label("api")) Agree on the API of the checkout: its plan waits for approval"))
        // The edge to the service is a mere link, and the server lacks the repository.
        #expect(!why.text.contains(Self.label("server") + " "))
        #expect(why.text.contains("• mac: ") && why.text.contains("• server: does not have the repository app"))
        let graph = try await site.reply(after: try await site.say("/graph P1")) { $0.text.contains("12 tasks of default") }
        #expect(graph.text.contains("#\(Self.number("server")), #\(Self.number("app")) wait for #\(Self.number("api"))"))
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/dot") {
            let attachment = try #require(graph.attachment)
            #expect(attachment.kind == .photo)
            #expect(try #require(await site.simulator.file(attachment)).bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        }
        try await site.simulator.press("Approve", on: plan, by: site.ada)
    }

    /// What an agent handed in was refused with the fault's place, written nowhere, and mended by the agent itself.
    private func refusedContract(_ site: Site, _ card: World.Message) async throws {
        let prices = try await site.reply(after: card) { $0.text.contains("\(Self.label("prices")) done:") }
        #expect(prices.text.contains("“1 fault in contracts: prices/0/cents: expected an integer, found \"1499\"”, and I mended it."))
        #expect(prices.text.contains("Checked by the hub: contract prices."))
        let task = try await site.get("/api/v1/tasks/\(Self.number("prices"))")
        #expect(task["contracts"]?["prices"]?.array?.first?["cents"] == 1499 && task["attempt"] == 1)
        let log = try await site.log(of: try #require(task["session_id"]?.string))
        #expect(log.contains("HTTP 422: 1 fault in contracts"))
    }

    /// What failed holds up what comes behind it until somebody decides; a button lets it run again.
    private func failure(_ site: Site, _ card: World.Message) async throws {
        let failure = try await site.reply(after: card) {
            $0.text.contains("\(Self.label("test")) failed:") && $0.buttons.contains("Retry")
        }
        #expect(failure.text.contains("Holds up, until somebody decides:\n• \(Self.label("ship"))"))
        try await site.message(card) { $0.text.contains("❌ 1 failed") }
        let why = try await site.reply(after: try await site.say("/why #\(Self.number("ship"))")) { $0.text.contains("Held by") }
        #expect(why.text.contains("⛔ Held by \(Self.label("test")) (failed): retry that, do not wait for it, or cancel this one."))
        try await site.simulator.press("Retry", on: failure, by: site.ada)
        let sure = try await site.reply(after: failure) { $0.buttons.contains("Yes, retry") }
        try await site.simulator.press("Yes, retry", on: sure, by: site.ada)
    }

    private func review(_ site: Site, _ card: World.Message) async throws {
        let review = try await site.reply(after: card) {
            $0.text.contains("\(Self.label("ship")) wants a review:") && $0.buttons.contains("Approve")
        }
        #expect(review.text.contains("Checked by the hub: contract release."))
        let why = try await site.reply(after: try await site.say("/why #\(Self.number("announce"))")) { $0.text.contains("It waits for:") }
        #expect(why.text.contains("• \(Self.label("ship")) Put the sale on staging: its result waits for a review"))
        try await site.simulator.press("Approve", on: review, by: site.ada)
    }

    private func end(_ site: Site, _ card: World.Message) async throws {
        let told = try await site.reply(after: card) { $0.text.contains("\(Self.label("announce")) done:") }
        // Telegram makes no link of what an agent wrote.
        let plain = told.text.replacing("\u{2060}", with: "")
        #expect(plain.contains("Told the team: umbrella and boots are on sale at https://staging.shop.example/sale."))
        let finished = try await site.reply(after: card) { $0.text.contains("Finished: all 12 tasks are done, in ") }
        #expect(finished.text.hasPrefix("🏁 P1 spring sale · default"))
        try await site.message(card) { $0.text.contains("12 of 12 done") && $0.text.contains("Finished ") && $0.text.hasPrefix("🏁") }
    }

    /// By their ids in the document.
    private func tasks(of site: Site) async throws -> [String: JSONValue] {
        let pipeline = try await site.get("/api/v1/pipelines/P1")
        let tasks = pipeline["tasks"]?.array ?? []
        #expect(tasks.compactMap { $0["pipeline_task"]?.string } == Self.names)
        var found: [String: JSONValue] = [:]
        for task in tasks {
            guard let name = task["pipeline_task"]?.string, let id = task["id"]?.string else { continue }
            found[name] = try await site.get("/api/v1/tasks/\(id)")
        }
        return found
    }

    private func checkData(_ tasks: [String: JSONValue], on server: Machine) throws {
        #expect(tasks["page"]?["resolved_inputs"]?["banner"] == ["path": "banner.png", "width": 1200])
        #expect(tasks["server"]?["resolved_inputs"]?["api"]?["routes"]?.array?.count == 3)
        #expect(tasks["announce"]?["resolved_inputs"]?.members?.count == 2)
        #expect(tasks["fill"]?["result"]?["summary"] == "Entered: umbrella, boots.")
        #expect(tasks["app"]?["result"]?["summary"] == "Built against https://shop.example/api, as the contract says.")
        let page = try String(contentsOfFile: server.home + "/web/sale.txt", encoding: .utf8)
        #expect(page == "banner.png, 1200 wide\numbrella 1499\nboots 3990\n")
        for (name, task) in tasks {
            #expect(task["status"] == "done" && task["attempt"]?.int == (name == "test" ? 2 : 1), "\(name)")
            // Only one of the two has what these require.
            switch name {
            case "app", "phone", "banner": #expect(task["assigned_server_name"] == "mac", "\(name)")
            case "prices", "announce": break
            default: #expect(task["assigned_server_name"] == "server", "\(name)")
            }
        }
    }

    /// Nothing began before what it waits for was done, and everything was done once.
    private func checkOrder(_ tasks: [String: JSONValue], _ site: Site) async throws {
        var (begun, done) = ([String: Int](), [String: [Int]]())
        for kind in ["task.started", "task.completed", "task.approved"] {
            for event in try await site.events(kind) {
                guard let id = event["subject"]?.string?.split(separator: "/").last.map(String.init), let sequence = event["sequence"]?.int
                else { continue }
                if kind == "task.started" { begun[id] = min(begun[id] ?? .max, sequence) }
                if event["after"] == "done" { done[id, default: []].append(sequence) }
            }
        }
        for task in tasks.values {
            let id = task["id"]?.string ?? ""
            #expect(done[id]?.count == 1)
            for edge in task["dependencies"]?.array ?? [] where edge["dependency_type"] != "related" {
                let upstream = try #require(edge["depends_on_task_id"]?.string)
                #expect(try #require(done[upstream]?.first) < (try #require(begun[id])), "\(task["title"] ?? .null)")
            }
        }
        #expect(try await site.hub.run(["audit", "verify"]).status == 0)
    }
}
