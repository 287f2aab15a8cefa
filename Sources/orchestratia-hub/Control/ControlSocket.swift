import Cryptography
import Foundation

/// Where the control socket of a database lies.
enum ControlSocket {
    /// The most that fits into a socket's address, its closing NUL not counted.
    private static let longestPath = 107

    /// Beside the database, or, where that path is too long, a short one in the run-time directory of this user.
    static func path(for database: String) -> String {
        let full = URL(fileURLWithPath: database).standardizedFileURL.path
        let beside = full + ".sock"
        guard beside.utf8.count > longestPath else { return beside }
        let environment = ProcessInfo.processInfo.environment
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.isEmpty || $0.utf8.count > 60 ? nil : $0 } ?? "/tmp"
        let name = Hex.encode(SHA256.digest(of: full)).prefix(24)
        return "\(runtime)/orchestratia-\(getuid())-\(name).sock"
    }
}
