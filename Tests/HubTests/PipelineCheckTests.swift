import Foundation
import HubTesting
import Testing

/// `orchestratia-hub pipeline check`, and what a broken template does to the program.
@Suite struct PipelineCheckTests {
    private func write(_ text: String, for hub: HubProgram) throws -> String {
        let path = hub.folder + "/document-\(UUID().uuidString.prefix(8)).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    @Test func `every pipeline of docs/pipelines.md is one`() async throws {
        let hub = try HubProgram()
        let blocks = try Checkout.examples(in: "docs/pipelines.md").filter { $0.text.contains("tasks:") }
        #expect(!blocks.isEmpty)
        for block in blocks {
            let output = try await hub.run(["pipeline", "check", try write(block.text, for: hub)])
            #expect(output.status == 0 && output.standard.hasPrefix("valid\n"), "docs/pipelines.md:\(block.line): \(output.error)")
        }
        let first = try await hub.run(["pipeline", "check", try write(blocks[0].text, for: hub)]).standard
        #expect(
            first.contains("4 tasks and 5 dependencies") && first.contains("First stop for a person: api, whose plan is to be approved."),
            "\(first)")
    }

    @Test func `faults come on standard error with line and column, and the exit code says so`() async throws {
        let hub = try HubProgram()
        let path = try write(
            """
            name: release
            tasks:
              - id: build
                title: Build
                depends_on: [ship]
              - id: ship
                title: Ship
                priority: soon
                depends_on: [build, nobody]
            """, for: hub)
        // The first command makes the database, and says so.
        _ = try await hub.run(["pipeline", "check", path])
        let output = try await hub.run(["pipeline", "check", path])
        #expect(output.status == 1 && output.standard.isEmpty)
        let lines = output.error.split(separator: "\n")
        #expect(lines.count == 3, "\(output.error)")
        #expect(lines.contains { $0.hasPrefix("8:15 tasks[1].priority: priority must be one of low, normal, high, critical, not") })
        #expect(lines.contains { $0.contains("tasks[0].depends_on[0]: a circle: ") || $0.contains("tasks[1].depends_on[0]: a circle: ") })
        #expect(lines.contains { $0.hasPrefix("9:25 tasks[1].depends_on[1]: there is no task \"nobody\"") })
    }

    @Test func `what is no document, no file, no project or no argument has an exit code each`() async throws {
        let hub = try HubProgram()
        let good = try write("tasks: [{id: a, title: A}]", for: hub)
        let broken = try await hub.run(["pipeline", "check", try write("tasks: [", for: hub)])
        #expect(broken.status == 1 && broken.standard.isEmpty && !broken.error.isEmpty)
        let missing = try await hub.run(["pipeline", "check", hub.folder + "/nothing.yaml"])
        #expect(missing.status == 1 && missing.error.contains("nothing.yaml cannot be read"))
        let elsewhere = try await hub.run(["pipeline", "check", good, "--project", "moon"])
        #expect(elsewhere.status == 1 && elsewhere.error.contains("there is no project moon"))
        #expect(try await HubProgram.run(["pipeline", "check"]).status == 2)
        #expect(try await hub.run(["pipeline", "check", good]).status == 0)
    }

    @Test func `a template that is broken is told at the start, and the hub serves without it`() async throws {
        let hub = try HubProgram()
        let folder = hub.folder + "/commands"
        try FileManager.default.copyItem(atPath: Checkout.commands, toPath: folder)
        try "name: deploy\nsummary: x\nrole: member\ntemplate:\n  titel: x\n".write(
            toFile: folder + "/deploy.yaml", atomically: true, encoding: .utf8)
        let doctor = try await hub.run(["doctor", "--commands", folder])
        #expect(doctor.status == 1)
        #expect(doctor.standard.contains("FAULT commands: \(folder)/deploy.yaml:5:3: document: a task has no \"titel\""))
        try await hub.start(["--commands", folder])
        #expect(hub.isRunning)
        #expect(await hub.stop() == 0)
        try "name: status\nrole: queen\nbuiltin: status\n".write(toFile: folder + "/status.yaml", atomically: true, encoding: .utf8)
        let refused = try await hub.run(["serve", "--listen", "127.0.0.1:0", "--commands", folder])
        #expect(refused.status == 2 && refused.error.contains("status.yaml:"))
    }
}
