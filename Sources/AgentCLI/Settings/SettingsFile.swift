import Foundation
import HubCore
import Yams

/// What the program reads of the agent's configuration file (agent protocol, section 1.4).
struct SettingsFile: Sendable, Equatable {
    let path: String
    var hub: String?
    var key: String?
    var isTLSInsecure = false
    /// The file holds a token, but the machine is not registered.
    var isRegistrationPending = false

    /// Where the file may lie, the first that exists counts; the first one is where a new one belongs.
    static func paths(_ surroundings: Surroundings) -> [String] {
        #if os(macOS)
            return [surroundings.home + "/Library/Application Support/Orchestratia/config.yaml"]
        #else
            if surroundings.isSuperuser { return [surroundings.systemConfiguration] }
            return [surroundings.home + "/.config/orchestratia/config.yaml", surroundings.systemConfiguration]
        #endif
    }

    /// - Returns: `nil` if there is none.
    /// - Throws: ``Failure`` for a file that cannot be read, or is no YAML.
    static func standard(_ surroundings: Surroundings) throws -> SettingsFile? {
        guard let path = paths(surroundings).first(where: FileManager.default.fileExists(atPath:)) else { return nil }
        // Mostly the file of another user's daemon: the environment may hold all that is needed.
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return try SettingsFile(path: path, text: text)
    }

    init(path: String, text: String) throws {
        self.path = path
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw Failure.sentence("\(path) is no valid YAML: \(error)")
        }
        guard let root else { return }
        guard case .mapping(let mapping) = root else {
            throw Failure.sentence("\(path) must hold keys and values, such as hub_url: https://…")
        }
        func value(of key: String) -> String? {
            guard let node = mapping[Node(key)], node.null == nil, let text = node.scalar?.string, !text.isEmpty else { return nil }
            return text
        }
        (hub, key) = (value(of: "hub_url"), value(of: "api_key"))
        isTLSInsecure = mapping[Node("insecure_tls")]?.bool ?? false
        isRegistrationPending = key == nil && value(of: "registration_token") != nil
    }
}

extension Surroundings {
    /// A superuser with a home elsewhere than root's has the configuration there, as other users do.
    var isSuperuser: Bool { geteuid() == 0 && variable("HOME").map { $0 == "/root" } ?? true }
}
