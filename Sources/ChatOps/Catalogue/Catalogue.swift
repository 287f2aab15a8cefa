import HubCore

/// The commands, as `commands/*.yaml` declares them: the single source of `/help`, of the menus, and of the reference.
package struct Catalogue: Sendable {
    /// In the order of their groups, then by name.
    package let commands: [CommandDeclaration]
    private let byName: [String: CommandDeclaration]

    /// The groups in the order of `/help`; others follow by name.
    static let groups = ["Tasks", templates, "Decisions", "Servers", "Sessions", "Project", "You"]

    /// Where templates stand whose files name no group.
    static let templates = "Templates"

    /// Where it was read from.
    package let folder: String?
    /// What is wrong with files that were left out.
    package let faults: [CatalogueError]
    /// The first fault of a command of the hub's own.
    package let brokenBuiltin: CatalogueError?

    package init(
        _ commands: [CommandDeclaration] = [], folder: String? = nil, faults: [CatalogueError] = [], brokenBuiltin: CatalogueError? = nil
    ) {
        (self.folder, self.faults, self.brokenBuiltin) = (folder, faults, brokenBuiltin)
        func place(_ group: String) -> Int { Self.groups.firstIndex(of: group) ?? Self.groups.count }
        self.commands = commands.sorted { (place($0.group), $0.group, $0.name) < (place($1.group), $1.group, $1.name) }
        var byName: [String: CommandDeclaration] = [:]
        for command in commands {
            for name in [command.name] + command.aliases { byName[name] = command }
        }
        self.byName = byName
    }

    /// The command of that name or alias.
    package func command(named name: String) -> CommandDeclaration? { byName[name] }

    package var names: [String] { byName.keys.sorted() }

    /// What somebody with that role can use in that kind of chat; `nil` is a stranger.
    package func commands(isPrivate: Bool, role: Role?) -> [CommandDeclaration] {
        commands.filter { $0.scopes.contains(isPrivate ? .private : .group) && $0.audience.includes(role) }
    }

    /// The command reference of the documentation, as a Markdown table.
    package func reference() -> String {
        func cell(_ text: String) -> String { text.replacing("|", with: "\\|").replacing("\n", with: "<br>") }
        let rows = commands.map { command in
            let place = CommandDeclaration.Scope.allCases.filter(command.scopes.contains).map(\.rawValue).joined(separator: ", ")
            let examples = command.examples.map { "`\(cell($0))`" }.joined(separator: "<br>")
            return "| `\(cell(command.usage))` | \(cell(command.summary)) | \(command.audience.word) | \(place) | \(examples) |"
        }
        return (["| command | what it does | who | where | examples |", "|---|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    }
}
