import Foundation

/// What the program finds around it; a value, so that tests can put it anywhere.
package struct Surroundings: Sendable {
    package var environment: [String: String]
    package var workingDirectory: String
    /// Receives what the program prints.
    package var console: Console
    /// All of standard input; asked for at most once.
    package var readInput: @Sendable () -> [UInt8]
    /// Pauses before a request that could not be delivered is sent again.
    package var retryPauses: [Duration]
    /// Where the configuration is looked for besides the user's own folder (agent protocol, section 1.4).
    package var systemConfiguration: String

    package init(
        environment: [String: String], workingDirectory: String, console: Console, readInput: @escaping @Sendable () -> [UInt8] = { [] },
        retryPauses: [Duration] = [.milliseconds(300), .milliseconds(900)],
        systemConfiguration: String = "/etc/orchestratia/config.yaml"
    ) {
        (self.environment, self.workingDirectory, self.console) = (environment, workingDirectory, console)
        (self.readInput, self.retryPauses, self.systemConfiguration) = (readInput, retryPauses, systemConfiguration)
    }

    /// Those of this process.
    package static var ofThisProcess: Surroundings {
        let environment = ProcessInfo.processInfo.environment
        return Surroundings(
            environment: environment, workingDirectory: FileManager.default.currentDirectoryPath,
            console: .standard(environment),
            // What cannot be read, a folder or a terminal that has gone, says nothing.
            readInput: { Array((try? FileHandle.standardInput.readToEnd()) ?? Data()) })
    }

    /// The variable, unless it is empty.
    func variable(_ name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    var home: String { variable("HOME") ?? NSHomeDirectory() }

    /// Where files with fixed names lie that the agent daemon shares with its sessions (agent protocol, section 9, 32).
    var temporaryFolder: String {
        let folder = variable("TMPDIR") ?? "/tmp"
        return folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    }

    /// `path` as typed, made absolute; `~` is the home folder.
    func absolute(_ path: String) -> String {
        if path == "~" || path.hasPrefix("~/") { return home + path.dropFirst() }
        return path.hasPrefix("/") ? path : workingDirectory + "/" + path
    }
}
