import Foundation
import HubCore

/// The launch profiles, by name.
package struct LaunchProfiles: Hashable, Sendable {
    package let byName: [String: LaunchProfile]

    package init(_ profiles: [LaunchProfile] = []) {
        byName = Dictionary(profiles.map { ($0.name, $0) }) { first, _ in first }
    }

    /// A name that no file declares is a program of that name, about which nothing is known: its prompts are recognised in general only.
    /// Never the login shell, which would carry out the words that a task begins with.
    package subscript(name: String) -> LaunchProfile? {
        byName[name] ?? (name == Session.shell ? nil : LaunchProfile(name: name, summary: "a program of that name", command: [name]))
    }

    package var names: [String] { byName.keys.sorted() }

    /// Reads every `*.yaml` of a folder.
    ///
    /// - Throws: ``ProfileError`` for the first fault, files by name.
    package static func load(from folder: String) throws(ProfileError) -> LaunchProfiles {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
        } catch {
            throw ProfileError(file: folder, fault: "the folder cannot be read", cure: "check that it exists and may be read")
        }
        guard !names.isEmpty else {
            throw ProfileError(file: folder, fault: "there is no launch profile in it", cure: "put the *.yaml files of etc/agents/ there")
        }
        var profiles: [LaunchProfile] = []
        for name in names {
            let path = "\(folder)/\(name)"
            guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 16 else {
                throw ProfileError(
                    file: path, fault: "the file cannot be read or is larger than 64 KiB", cure: "check its permissions and size")
            }
            profiles.append(try LaunchProfile(parsing: String(decoding: data, as: UTF8.self), file: path))
        }
        return LaunchProfiles(profiles)
    }

    /// Loads the profiles from the first place of ``ShippedFolder/agents`` that exists.
    ///
    /// - Throws: ``ProfileError``
    package static func find(given: String?, executable: String) throws(ProfileError) -> LaunchProfiles {
        let places = ShippedFolder.agents.places(given: given, executable: executable)
        var isFolder: ObjCBool = false
        guard let place = places.first(where: { FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && isFolder.boolValue })
        else {
            throw ProfileError(
                file: places.joined(separator: ", "), fault: "there is no folder with launch profiles",
                cure: "name the folder with --agents")
        }
        return try load(from: place)
    }
}
