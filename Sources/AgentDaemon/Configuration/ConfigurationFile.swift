import Foundation
import Yams

/// The agent's YAML file (agent protocol, section 1.4). Keys that we do not know stay as they are when it is rewritten.
package struct ConfigurationFile {
    package let path: String
    private var root: Node.Mapping

    package struct Invalid: Error, CustomStringConvertible {
        package let description: String
    }

    /// The default place: for root `/etc/orchestratia/config.yaml`; for others `~/.config/orchestratia/config.yaml` if it exists,
    /// else the former if it exists, else the latter.
    package static func defaultPath(home: String, isRoot: Bool, exists: (String) -> Bool) -> String {
        let system = "/etc/orchestratia/config.yaml"
        if isRoot { return system }
        let own = home + "/.config/orchestratia/config.yaml"
        return !exists(own) && exists(system) ? system : own
    }

    /// - Throws: ``Invalid``. A file that is not there is an empty one.
    package init(path: String) throws(Invalid) {
        self.path = path
        root = Node.Mapping([])
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let bytes = PrivateFile.read(path, limit: 1 << 20) else { throw Invalid(description: "\(path) cannot be read") }
        let node: Node?
        do {
            node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
        } catch {
            throw Invalid(description: "\(path) is not valid YAML: \(error)")
        }
        switch node {
        case nil: break
        case .mapping(let mapping)?: root = mapping
        case .scalar(let scalar)? where scalar.string.isEmpty: break
        default: throw Invalid(description: "\(path) must hold a mapping of names to values")
        }
    }

    subscript(name: String) -> Node? { root[Node(name)] }

    /// A scalar that is not null and not empty.
    func string(_ name: String) -> String? {
        guard let node = self[name], node.null == nil, let text = node.scalar?.string, !text.isEmpty else { return nil }
        return text
    }

    package mutating func set(_ name: String, to value: String) {
        root[Node(name)] = Node(value, Tag(.str), .doubleQuoted)
    }

    package mutating func remove(_ name: String) { root[Node(name)] = nil }

    /// Writes the file, readable by its owner alone. Where the folder is another's, as `/etc/orchestratia` is, the file itself is
    /// written: it has been put there for us.
    package func save() throws {
        try PrivateFile.makeDirectory((path as NSString).deletingLastPathComponent)
        let bytes = Array(try Yams.serialize(node: .mapping(root), allowUnicode: true).utf8)
        do {
            try PrivateFile.write(bytes, to: path)
        } catch {
            guard error.code == EACCES || error.code == EPERM else { throw error }
            try PrivateFile.overwrite(path, with: bytes)
        }
    }
}
