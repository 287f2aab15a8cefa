import Foundation
import HubCore
import HubTesting
import Testing

@testable import ChatOps

@Suite struct TemplateFileTests {
    private static let good = """
        name: deploy
        summary: Deploy a service
        role: member
        arguments:
          - {name: service, type: text}
          - {name: environment, type: choice, choices: [staging, production], default: staging}
          - {name: after, type: task, required: false}
        template:
          name: "deploy {{service}}"
          tasks:
            - id: build
              title: "Build {{service}}"
              depends_on: ["{{after}}"]
            - id: ship
              title: "Ship {{service}} to {{environment}}"
              depends_on: [build]
        """

    @Test("a file with a template declares a command, and its usage follows from the arguments")
    func good() throws {
        let command = try Catalogue.parse(Self.good, file: "x/deploy.yaml")
        #expect(command.usage == "/deploy SERVICE [staging|production] [AFTER]")
        #expect(command.examples == ["/deploy some words"])
        #expect(command.group == "Templates" && command.scopes == [.private, .group] && command.builtin == nil)
        #expect(
            command.arguments == [
                .init(name: "service", summary: "text", isRequired: true),
                .init(name: "environment", summary: "staging or production; else staging", isRequired: false),
                .init(name: "after", summary: "a task such as #42", isRequired: false),
            ])
    }

    @Test(
        "a fault is named with file, line, column, rule and cure",
        arguments: [
            (
                "{{service}} to {{environment}}", "{{service}} to {{place}}", 15, 14, .unknownArgument,
                "use one of service, environment, after"
            ),
            (#""Build {{service}}""#, "{{service}}", 12, 15, .placeholder, "in quotes"),
            ("to {{environment}}", "away", 6, 5, .unusedArgument, "drop it"),
            ("type: text", "type: string", 5, 27, .word, "use one of text, number, choice, task, server, repository"),
            (", choices: [staging, production]", "", 6, 5, .missing, "add “choices:"),
            ("default: staging", "default: moon", 6, 80, .word, "use one of staging, production"),
            ("type: task, required: false", "type: task, required: maybe", 7, 41, .type, "true or false"),
            ("type: task, required: false", "type: task, colour: red", 7, 31, .unknownKey, "use one of choices, default"),
            ("{name: after,", "{name: service,", 7, 5, .duplicate, "rename"),
            ("role: member", "role: viewer", 3, 7, .word, "use member or owner"),
            ("depends_on: [build]", "depends_on: [bild]", 16, 20, .document, "there is no task \"bild\" in the document"),
            ("depends_on: [build]", "priority: \"{{service}}\"", 16, 17, .document, "must be one of low, normal"),
            ("depends_on: [build]", "depends_on: [ship]", 16, 20, .document, "drop one of these"),
            ("id: ship", "id: build", 14, 11, .document, "give each its own"),
            ("depends_on: [build]", "\"{{service}}\": x", 14, 7, .placeholder, "write the key out"),
            ("summary: Deploy a service", "summary: Deploy a service\nbuiltin: new", 3, 10, .unknownKey, "drop “builtin”"),
            ("summary: Deploy a service", "summary: Deploy\nusage: /deploy", 3, 8, .unknownKey, "drop it"),
            ("summary: Deploy a service", "summary: [", 3, 0, .syntax, "check indentation"),
        ] as [(String, String, Int, Int, CatalogueError.Rule, String)])
    func faults(_ old: String, _ new: String, _ line: Int, _ column: Int, _ rule: CatalogueError.Rule, _ cure: String) throws {
        let text = Self.good.replacing(old, with: new)
        #expect(text != Self.good)
        let error = #expect(throws: CatalogueError.self) { try Catalogue.parse(text, file: "x/deploy.yaml") }
        let fault = try #require(error)
        #expect(fault.rule == rule, "\(fault)")
        #expect(fault.description.contains(cure), "\(fault)")
        #expect(fault.description.hasPrefix("x/deploy.yaml:"))
        if rule != .syntax { #expect(fault.line == line && fault.column == column, "\(fault)") }
        #expect(fault.brief.hasPrefix("deploy.yaml:"))
    }

    @Test("each choice, and each argument that may be missing, is tried out in advance")
    func tried() throws {
        let text = """
            name: fix
            summary: Fix it
            role: owner
            arguments:
              - {name: how, type: choice, choices: [low, urgent]}
              - {name: what, type: text, required: false}
            template: {title: "{{what}}", priority: "{{how}}"}
            """
        let error = #expect(throws: CatalogueFaults.self) { try Catalogue.declaration(text, file: "x/fix.yaml") }
        let faults = try #require(error).all
        #expect(faults.map(\.line) == [7, 7] && faults.allSatisfy { $0.rule == .document })
        #expect(faults[0].fault == #"priority must be one of low, normal, high, critical, not "urgent""#)
        #expect(faults[1].fault.contains("title"))
    }

    @Test("one broken file does not take the others down; one of the hub's own does at the start")
    func broken() throws {
        let folder = try CommandFolder()
        try folder.write("deploy.yaml", Self.good)
        try folder.write("broken.yaml", "name: broken\nsummary: x\nrole: member\ntemplate: {{x}}\n")
        try folder.write("me.yaml", "name: me\nrole: member\ntemplate:\n  title: x\nsummary: y")
        let catalogue = try Catalogue.find(given: folder.path, executable: "/nowhere")
        #expect(catalogue.commands.map(\.name) == ["deploy", "me"])
        #expect(catalogue.faults.map(\.rule) == [.placeholder])
        #expect(throws: CatalogueError.self) { try Catalogue.load(from: folder.path) }
        try folder.write("status.yaml", "name: status\nrole: queen\nbuiltin: status\n")
        let error = #expect(throws: CatalogueError.self) { try Catalogue.find(given: folder.path, executable: "/nowhere") }
        #expect(error?.file.hasSuffix("/status.yaml") == true)
    }

    @Test("a template gets no name that a command of the hub's own has")
    func collision() throws {
        let folder = try CommandFolder()
        try folder.write("deploy.yaml", Self.good)
        let builtin = "name: status\naliases: [deploy]\ngroup: x\nsummary: x\nusage: /status\nexamples: [/status]\nrole: viewer\n"
        try folder.write("status.yaml", builtin + "scopes: [private]\nbuiltin: status\n")
        let catalogue = try Catalogue.find(given: folder.path, executable: "/nowhere")
        #expect(catalogue.command(named: "deploy")?.builtin == "status")
        #expect(catalogue.faults.map(\.rule) == [.duplicate] && catalogue.faults.first?.file.hasSuffix("deploy.yaml") == true)
    }
}

/// A folder with command files, removed at the end.
final class CommandFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("commands-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    /// The command of that name as the hub ships it.
    func copy(_ names: String...) throws {
        for name in names { try FileManager.default.copyItem(atPath: "\(Checkout.commands)/\(name)", toPath: "\(path)/\(name)") }
    }
}
