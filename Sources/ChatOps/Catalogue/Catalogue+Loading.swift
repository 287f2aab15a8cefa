import Foundation
import HubCore
import Yams

extension Catalogue {
    private static let largest = 1 << 16

    /// Reads every `*.yaml` of a folder.
    ///
    /// - Throws: ``CatalogueError`` for the first fault, files by name.
    package static func load(from folder: String) throws(CatalogueError) -> Catalogue {
        let catalogue = try read(folder)
        if let first = catalogue.faults.first { throw first }
        return catalogue
    }

    /// Reads every `*.yaml` of a folder. A file with a fault does not take the others down: it is left out, and ``faults`` says why.
    ///
    /// - Throws: ``CatalogueError`` if the folder cannot be read, or holds nothing.
    package static func read(_ folder: String) throws(CatalogueError) -> Catalogue {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
        } catch {
            throw CatalogueError(
                file: folder, rule: .unreadable, fault: "the folder cannot be read", cure: "check that it exists and may be read")
        }
        guard !names.isEmpty else {
            throw CatalogueError(
                file: folder, rule: .missing, fault: "there is no command file in it", cure: "put the *.yaml files of commands/ there")
        }
        var (commands, faults, broken) = ([CommandDeclaration](), [CatalogueError](), Set<String>())
        for name in names {
            let path = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path), data.count <= largest else {
                faults.append(
                    CatalogueError(
                        file: path, rule: .unreadable, fault: "the file cannot be read or is larger than 64 KiB",
                        cure: "check its permissions and size"))
                continue
            }
            let text = String(decoding: data, as: UTF8.self)
            do throws(CatalogueFaults) { commands.append(try declaration(text, file: path)) } catch {
                faults += error.all
                if declaresBuiltin(text) { broken.insert(path) }
            }
        }
        let distinct = distinct(commands, in: folder)
        return Catalogue(
            distinct.commands, folder: folder, faults: faults + distinct.faults,
            brokenBuiltin: (faults + distinct.faults).first { broken.contains($0.file) || distinct.builtins.contains($0.file) })
    }

    /// Reads one file's text.
    ///
    /// - Throws: ``CatalogueError`` for the first fault.
    package static func parse(_ text: String, file: String) throws(CatalogueError) -> CommandDeclaration {
        do throws(CatalogueFaults) { return try declaration(text, file: file) } catch { throw error.first }
    }

    static func declaration(_ text: String, file: String) throws(CatalogueFaults) -> CommandDeclaration {
        let cure = "check indentation, colons and quotes; what stands in braces needs quotes"
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            let mark = error.place
            throw .init(
                CatalogueError(
                    file: file, line: mark?.line, column: mark?.column, rule: .syntax, fault: "this is no valid YAML", cure: cure))
        } catch {
            throw .init(CatalogueError(file: file, rule: .syntax, fault: "this is no valid YAML", cure: cure))
        }
        guard let root, let mapping = root.mapping else {
            throw .init(
                CatalogueError(
                    file: file, line: 1, column: 1, rule: .type, fault: "this is no mapping", cure: "begin with lines like “name: approve”")
            )
        }
        return try DeclarationReader(file: file, mapping: mapping).declaration()
    }

    /// Of two commands that share a name the hub's own stays, or the first by name.
    private static func distinct(
        _ commands: [CommandDeclaration], in folder: String
    ) -> (commands: [CommandDeclaration], faults: [CatalogueError], builtins: Set<String>) {
        var (kept, owners) = ([CommandDeclaration](), [String: String]())
        var (faults, builtins) = ([CatalogueError](), Set<String>())
        let ordered = commands.filter { $0.template == nil } + commands.filter { $0.template != nil }
        for command in ordered {
            let names = [command.name] + command.aliases
            guard let taken = names.first(where: { owners[$0] != nil }), let owner = owners[taken] else {
                for name in names { owners[name] = command.name }
                kept.append(command)
                continue
            }
            let file = "\(folder)/\(command.name).yaml"
            faults.append(
                CatalogueError(
                    file: file, line: 1, column: 1, rule: .duplicate, fault: "the command /\(taken) is declared by \(owner).yaml, too",
                    cure: "rename one of them"))
            if command.template == nil { builtins.insert(file) }
        }
        return (kept, faults, builtins)
    }

    /// Also where the YAML as a whole cannot be read.
    private static func declaresBuiltin(_ text: String) -> Bool { text.split(separator: "\n").contains { $0.hasPrefix("builtin:") } }
}

extension YamlError {
    fileprivate var place: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        case .duplicatedKeysInMapping(_, let context): context.mark
        default: nil
        }
    }
}
