import Foundation

/// `install.sh`, for the platform that the hub has programs for.
enum InstallScript {
    static func text(os: String, machine: String) -> String {
        String(decoding: PackageResources.install_sh, as: UTF8.self)
            .replacingOccurrences(of: "@OS@", with: os).replacingOccurrences(of: "@MACHINE@", with: machine)
    }
}
