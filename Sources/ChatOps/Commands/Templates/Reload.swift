import HubCore
import HubService

/// `/reload`: reads the command files anew.
struct ReloadCommand: ChatCommand {
    static let permission: Permission? = .changeSettings
    private static let shown = 12

    init(_ line: CommandLine) throws(UsageError) { try line.atMost(0) }

    func reply(in context: ChatContext) async throws -> ChatReply {
        // The files are the whole hub's; an administrator needs no project for them.
        let project: Project?
        if try context.person().isAdministrator {
            project = if let here = context.request.place.project { here } else { try await context.memberships().first?.project }
        } else {
            let own = try await context.project()
            _ = try await context.ask(AdmitReload(project: own.id))
            project = own
        }
        let reloaded: Catalogue.Reloaded
        do throws(CatalogueError) {
            reloaded = try await context.ops.catalogue.reloaded()
        } catch {
            var text: ChatText = "Nothing was reloaded, and all commands stay as they were:"
            text.nextLine(ChatText(AgentText.line(error.description, limit: 400)))
            return context.reply(text)
        }
        // Before it holds: what is not written down does not happen. Where there is no project, there is no log.
        if let project, !reloaded.isNothing { _ = try await context.run(RecordReload(reloaded, in: project.id)) }
        context.ops.use(reloaded.catalogue)
        return context.reply(Self.text(reloaded))
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
        if reloaded.isNothing { text.nextLine("Nothing has changed.") }
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

extension Catalogue.Reloaded {
    fileprivate var isNothing: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty && catalogue.faults.isEmpty }
}

extension RecordReload {
    fileprivate init(_ reloaded: Catalogue.Reloaded, in project: Project.ID) {
        self.init(
            added: reloaded.added, changed: reloaded.changed, removed: reloaded.removed, kept: reloaded.kept,
            faults: reloaded.catalogue.faults.map(\.placeAndRule), in: project)
    }
}

/// Passes the gate for what changes no project, and yet is not for everybody.
private struct AdmitReload: Query {
    static let permission = Permission.changeSettings
    let project: Project.ID

    func subject(in transaction: HubTransaction) throws -> Project { try transaction.project(project) }
    func answer(from project: Project, in transaction: HubTransaction) throws {}
}
