import Foundation
import Yams

extension HubConfiguration {
    /// Takes the settings of a YAML file. Unknown keys are refused, so that a misspelt one does not go unnoticed.
    ///
    /// - Throws: ``ConfigurationError`` with the file, the line and the key.
    mutating func take(file path: String) throws(ConfigurationError) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError("the configuration file \(path) cannot be read: check the path and its permissions")
        }
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw ConfigurationError("\(path) is no valid YAML: \(error)")
        }
        guard let node else { return }
        let settings = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.key, $0) })
        for (key, value) in try Self.leaves(of: node, in: path) {
            let place = "\(path):\(value.mark.map { String($0.line) } ?? "?"): \(key)"
            guard let setting = settings[key] else {
                throw ConfigurationError("\(place): there is no such setting; there are \(settings.keys.sorted().joined(separator: ", "))")
            }
            let texts: [String]
            switch value {
            case .scalar(let scalar): texts = scalar.string.isEmpty || value.null != nil ? [] : [scalar.string]
            case .sequence(let items): texts = items.compactMap(\.string)
            case .mapping, .alias: throw ConfigurationError("\(place): expected a value")
            }
            for text in texts { try take(text, for: setting, named: place) }
        }
    }

    /// The file's values with their dotted keys.
    private static func leaves(of node: Node, under prefix: String = "", in path: String) throws(ConfigurationError) -> [(String, Node)] {
        guard case .mapping(let mapping) = node else {
            throw ConfigurationError("\(path) must hold keys and values, such as listen: 127.0.0.1:8080")
        }
        var leaves: [(String, Node)] = []
        for (key, value) in mapping {
            let name = prefix + (key.string ?? "?")
            if case .mapping = value {
                leaves += try Self.leaves(of: value, under: name + ".", in: path)
            } else {
                leaves.append((name, value))
            }
        }
        return leaves
    }
}
