import ChatOps
import HubTesting
import Testing

/// The documents that list the commands say what `commands/` says.
@Suite struct ReferenceTests {
    @Test("docs/commands.md is the catalogue's reference")
    func reference() throws {
        let catalogue = try Catalogue.load(from: Checkout.commands)
        let document = try Checkout.text(of: "docs/commands.md")
        #expect(document.hasSuffix(catalogue.reference()), "write this to the end of docs/commands.md:\n\(catalogue.reference())")
    }

    @Test("the README lists every command with its summary")
    func readme() throws {
        let readme = try Checkout.text(of: "README.md")
        for command in try Catalogue.load(from: Checkout.commands).commands {
            #expect(readme.contains("| `\(command.usage.replacing("|", with: "\\|"))` | \(command.summary) |"), "\(command.name)")
        }
    }
}
