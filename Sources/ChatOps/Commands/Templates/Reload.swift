import HubCore
import HubService

/// `/reload`: reads the command files anew.
struct ReloadCommand: ChatCommand {
    static let permission: Permission? = .changeSettings
    private static let shown = 12

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        // The files are the whole hub's; an administrator needs no project for them.
        if try !context.person().isAdministrator {
            _ = try await context.ask(AdmitReload(project: try await context.project().id))
        }
        do throws(CatalogueError) {
            let reloaded = try await context.ops.catalogue.reloaded()
            context.ops.use(reloaded.catalogue)
            return context.reply(Self.text(reloaded))
        } catch {
            var text: ChatText = "Nothing was reloaded, and all commands stay as they were:"
            text.nextLine(ChatText(AgentText.line(error.description, limit: 400)))
            return context.reply(text)
        }
    }

    private static func text(_ reloaded: Catalogue.Reloaded) -> ChatText {
        let count = reloaded.catalogue.commands.count
        var text = ChatText.bold("Reloaded \(count) \(count == 1 ? "command" : "commands")")
        let lists = [("New", reloaded.added), ("Changed", reloaded.changed), ("Gone", reloaded.removed)]
        for (word, names) in lists where !names.isEmpty {
            text.nextLine(
                ChatText("\(word): \(names.prefix(shown).map { "/\($0)" }.joined(separator: ", "))\(names.count > shown ? " …" : "")"))
        }
        let faults = reloaded.catalogue.faults
        if lists.allSatisfy(\.1.isEmpty), faults.isEmpty { text.nextLine("Nothing has changed.") }
        guard !faults.isEmpty else { return text }
        text.nextLine(ChatText(faults.count == 1 ? "1 fault:" : "\(faults.count) faults:"))
        for fault in faults.prefix(shown) { text.nextLine(ChatText("• " + AgentText.line(fault.brief, limit: 400))) }
        if faults.count > shown { text.nextLine(ChatText("… and \(faults.count - shown) more")) }
        let kept = reloaded.kept.map { "/\($0)" }.joined(separator: ", ")
        text.nextLine(
            ChatText(kept.isEmpty ? "Broken files are left out; all others count." : "As before: \(kept). All other files count."))
        return text
    }
}

/// Passes the gate for what changes no project, and yet is not for everybody.
private struct AdmitReload: Query {
    static let permission = Permission.changeSettings
    let project: Project.ID

    func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    func answer(from project: Project, in transaction: HubTransaction) throws {}
}
