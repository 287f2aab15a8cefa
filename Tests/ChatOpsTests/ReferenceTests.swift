import ChatOps
import Foundation
import Testing

/// The documents that list the commands say what `commands/` says.
@Suite struct ReferenceTests {
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized

    @Test("docs/commands.md is the catalogue's reference")
    func reference() throws {
        let catalogue = try Catalogue.load(from: Self.top.appendingPathComponent("commands").path)
        let document = try String(contentsOf: Self.top.appendingPathComponent("docs/commands.md"), encoding: .utf8)
        #expect(document.hasSuffix(catalogue.reference()), "write this to the end of docs/commands.md:\n\(catalogue.reference())")
    }

    @Test("the README lists every command with its summary")
    func readme() throws {
        let readme = try String(contentsOf: Self.top.appendingPathComponent("README.md"), encoding: .utf8)
        for command in try Catalogue.load(from: Self.top.appendingPathComponent("commands").path).commands {
            #expect(readme.contains("| `\(command.usage.replacing("|", with: "\\|"))` | \(command.summary) |"), "\(command.name)")
        }
    }
}
