import ChatOps
import Foundation
import HubCore
import HubTesting
import Testing

@testable import ChatOps

@Suite struct CatalogueTests {
    private let good = """
        name: approve
        group: Decisions
        summary: Approve it
        usage: /approve
        examples: [/approve]
        role: member
        scopes: [private]
        builtin: approve
        """

    @Test("every handler has a file, and every file a handler")
    func filesAndHandlers() throws {
        let catalogue = try Catalogue.load(from: Checkout.commands)
        #expect(Set(catalogue.commands.compactMap(\.builtin)) == Set(CommandRegistry.handlers.keys))
    }

    @Test("a file's role is the least role that its use case asks for")
    func roles() throws {
        for command in try Catalogue.load(from: Checkout.commands).commands {
            // A template's is looked at when the file is read.
            guard let builtin = command.builtin else { continue }
            let least: Role? = try #require(CommandRegistry.handlers[builtin]).permission?.leastRole
            #expect(command.audience == (least.map { .role($0) } ?? .anyone), "\(command.name).yaml")
        }
    }

    @Test("every example parses, and usage begins with the name")
    func examples() throws {
        for command in try Catalogue.load(from: Checkout.commands).commands {
            #expect(command.usage.hasPrefix("/\(command.name)"))
            for example in command.examples {
                let line = try #require(CommandLine(example))
                #expect(line.name == command.name)
                #expect(throws: Never.self, "\(example)") {
                    switch command.action {
                    case .builtin(let name): _ = try CommandRegistry.handlers[name]?.init(line)
                    case .template(let template): _ = try TemplateArguments(line, for: template)
                    }
                }
            }
        }
    }

    @Test("a fault is named with file, line and cure")
    func faults() throws {
        #expect(try Catalogue.parse(good, file: "x/approve.yaml").audience == .role(.member))
        let cases: [(String, String, Int, String)] = [
            ("role: member", "role: king", 6, "“king” is no role"),
            ("scopes: [private]", "scopes: [moon]", 7, "“moon” is no kind of chat"),
            ("builtin: approve", "builtin: aprove", 8, "there is no handler “aprove”"),
            ("builtin: approve", "template: {}", 4, "a template's “usage” is not declared"),
            ("builtin: approve", "", 1, "neither “builtin” nor “template”"),
            ("summary: Approve it", "sumary: Approve it", 3, "the key “sumary” is unknown"),
            ("group: Decisions\n", "", 1, "“group” is missing"),
            ("name: approve", "name: Approve", 1, "“Approve” is no name"),
            ("examples: [/approve]", "examples: [/approve", 6, "no valid YAML"),
        ]
        for (old, new, line, words) in cases {
            let error = #expect(throws: CatalogueError.self) {
                try Catalogue.parse(good.replacing(old, with: new), file: "x/approve.yaml")
            }
            #expect(error?.file == "x/approve.yaml")
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            #expect(error?.cure.isEmpty == false)
            if words != "no valid YAML" { #expect(error?.line == line, "\(words)") }
        }
        #expect(throws: CatalogueError.self) { try Catalogue.parse(good, file: "x/other.yaml") }
        #expect(throws: CatalogueError.self) { try Catalogue.parse("just text", file: "x/approve.yaml") }
        #expect(throws: CatalogueError.self) { try Catalogue.load(from: "/nowhere") }
    }

    @Test("menus and the reference hold what a role can use")
    func menus() throws {
        let catalogue = try Catalogue.load(from: Checkout.commands)
        let viewer = catalogue.commands(isPrivate: true, role: .viewer).map(\.name)
        #expect(viewer.contains("tasks") && !viewer.contains("new") && !viewer.contains("token"))
        let owner = catalogue.commands(isPrivate: false, role: .owner).map(\.name)
        #expect(owner.contains("new") && !owner.contains("token"))
        #expect(
            catalogue.reference().contains("| `/token [PROJECT]` | Register a new server | owner | private | `/token`<br>`/token web` |"))
        #expect(catalogue.commands.allSatisfy { catalogue.reference().contains($0.summary) })
    }
}
