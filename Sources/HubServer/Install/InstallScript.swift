import Foundation
import HubCore

/// `install.sh`, for the platform that the hub has programs for, with the agent's systemd unit in it.
enum InstallScript {
    static func text(os: String, machine: String) -> String {
        String(decoding: PackageResources.install_sh, as: UTF8.self)
            .replacingOccurrences(of: "@UNIT@", with: String(decoding: PackageResources.orchestratia_agent_service, as: UTF8.self).trimmed)
            .replacingOccurrences(of: "@OS@", with: os).replacingOccurrences(of: "@MACHINE@", with: machine)
    }
}
