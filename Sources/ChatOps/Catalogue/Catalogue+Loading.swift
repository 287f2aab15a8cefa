import Foundation
import HubCore
import Yams

extension Catalogue {
    /// Reads every `*.yaml` of a folder.
    ///
    /// - Throws: ``CatalogueError`` for the first fault, files by name.
    package static func load(from folder: String) throws(CatalogueError) -> Catalogue {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
        } catch {
            throw CatalogueError(file: folder, fault: "the folder cannot be read", cure: "check that it exists and may be read")
        }
        guard !names.isEmpty else {
            throw CatalogueError(file: folder, fault: "there is no command file in it", cure: "put the *.yaml files of commands/ there")
        }
        var commands: [CommandDeclaration] = []
        for name in names {
            let path = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 16 else {
                throw CatalogueError(
                    file: path, fault: "the file cannot be read or is larger than 64 KiB", cure: "check its permissions and size")
            }
            commands.append(try parse(String(decoding: data, as: UTF8.self), file: path))
        }
        try checkNames(commands, in: folder)
        return Catalogue(commands)
    }

    /// Reads one file's text.
    ///
    /// - Throws: ``CatalogueError``
    package static func parse(_ text: String, file: String) throws(CatalogueError) -> CommandDeclaration {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw CatalogueError(file: file, line: error.line, fault: "this is no valid YAML", cure: "check indentation, colons and quotes")
        } catch {
            throw CatalogueError(file: file, fault: "this is no valid YAML", cure: "check indentation, colons and quotes")
        }
        guard let root, let mapping = root.mapping else {
            throw CatalogueError(file: file, line: 1, fault: "this is no mapping", cure: "begin with lines like “name: approve”")
        }
        return try DeclarationReader(file: file, mapping: mapping).declaration()
    }

    private static func checkNames(_ commands: [CommandDeclaration], in folder: String) throws(CatalogueError) {
        var owners: [String: String] = [:]
        for command in commands {
            for name in [command.name] + command.aliases {
                if let other = owners[name] {
                    throw CatalogueError(
                        file: "\(folder)/\(command.name).yaml", fault: "the command /\(name) is declared by \(other).yaml, too",
                        cure: "rename one of them")
                }
                owners[name] = command.name
            }
        }
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: nil
        }
    }
}
