import Foundation

extension Catalogue {
    /// What reading the folder anew came to.
    package struct Reloaded: Sendable {
        package let catalogue: Catalogue
        /// Names of commands.
        package let added: [String]
        package let changed: [String]
        package let removed: [String]
        /// Commands whose files are broken now, and that stay as they were.
        package let kept: [String]
    }

    /// Reads the folder anew. A command whose file is broken now stays as it was.
    ///
    /// - Throws: ``CatalogueError`` if the folder cannot be read; nothing has changed then.
    package func reloaded() async throws(CatalogueError) -> Reloaded {
        guard let folder else {
            throw CatalogueError(
                file: "commands", rule: .unreadable, fault: "the commands come from no folder", cure: "start the hub with --commands")
        }
        // Reading files blocks, which the pool of async code must not.
        let read = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(CatalogueError) in try Self.read(folder) })
            }
        }
        return try read.get().after(self)
    }

    private func after(_ old: Catalogue) -> Reloaded {
        let broken = Set(faults.map(\.file))
        var (known, kept) = (commands, [String]())
        for command in old.commands where broken.contains("\(folder ?? "")/\(command.name).yaml") {
            let names = [command.name] + command.aliases
            guard !known.contains(where: { other in ([other.name] + other.aliases).contains(where: names.contains) }) else { continue }
            known.append(command)
            kept.append(command.name)
        }
        let catalogue = Catalogue(known, folder: folder, faults: faults, brokenBuiltin: brokenBuiltin)
        let before = Dictionary(old.commands.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(known.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return Reloaded(
            catalogue: catalogue, added: after.keys.filter { before[$0] == nil }.sorted(),
            changed: after.filter { name, command in before[name].map { $0 != command } ?? false }.keys.sorted(),
            removed: before.keys.filter { after[$0] == nil }.sorted(), kept: kept.sorted())
    }
}
