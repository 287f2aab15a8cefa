import Foundation
import HubTesting

/// The tmux servers whose sockets lie in a folder that was some program's `TMUX_TMPDIR`.
struct TmuxServers {
    let folder: String

    /// Ends them with all that runs in them.
    func end() {
        let sockets = "\(folder)/tmux-\(getuid())"
        for socket in (try? FileManager.default.contentsOfDirectory(atPath: sockets)) ?? [] {
            let tmux = Process()
            tmux.executableURL = URL(fileURLWithPath: "/usr/bin/tmux")
            tmux.arguments = ["-S", "\(sockets)/\(socket)", "kill-server"]
            (tmux.standardOutput, tmux.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            // Where it cannot be run there is no server either.
            if (try? tmux.start()) != nil { tmux.waitForEnd() }
        }
    }
}
