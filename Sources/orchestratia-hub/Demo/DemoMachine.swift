import Foundation
import HubCore
import Subprocess

/// A server of the demo: the real agent daemon in a home of its own, and as its agent a shell program that works through the real
/// `orchestratia` command in terminals of the daemon.
struct DemoMachine: Sendable {
    let name: String
    let repository: String
    let environments: [String]
    let home: String
    let programs: String

    /// - Parameters:
    ///   - folder: the demo's own, which vanishes with it.
    ///   - programs: where `orchestratia-agent` and `orchestratia` lie.
    init(_ name: String, repository: String, environments: [String], in folder: String, programs: String) {
        (self.name, self.repository, self.environments) = (name, repository, environments)
        (home, self.programs) = ("\(folder)/\(name)", programs)
    }

    /// Two, of which each can do what the other cannot.
    ///
    /// - Throws: ``Failure`` if their programs are not there.
    static func all(in folder: String, programs: String) throws -> [DemoMachine] {
        for program in ["orchestratia-agent", "orchestratia"] where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(program)")
        {
            throw Failure("the demo needs \(program) beside orchestratia-hub, in \(programs): build it with `make build`")
        }
        return [
            DemoMachine("demo-server", repository: "web", environments: ["staging"], in: folder, programs: programs),
            DemoMachine("demo-mac", repository: "app", environments: ["design", "phone"], in: folder, programs: programs),
        ]
    }

    /// Writes what the machine needs: a repository, and the daemon's configuration.
    func prepare() throws {
        for folder in ["\(home)/\(repository)", home + "/tmp", home + "/.config"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        // Terminals of tmux would outlive the demo.
        let configuration = """
            server_name: \(name)
            repos: {\(repository): '\(home)/\(repository)'}
            sessions: {tmux: false}
            agent: {environments: [\(environments.joined(separator: ", "))], slots: 2, state_directory: '\(home)/state'}
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: configurationFile))
    }

    /// - Throws: ``Failure`` if the hub does not take it.
    func register(with token: String) async throws {
        let registration = try await daemon(["--config", configurationFile, "--register", token])
        guard registration.isSuccess else { throw Failure("\(name) did not register: \(registration.errors)") }
    }

    /// Runs the daemon until cancelled.
    ///
    /// - Throws: ``Failure`` if it ends by itself.
    func run() async throws {
        let end = try await daemon(["--config", configurationFile])
        guard Task.isCancelled else { throw Failure("\(name) stopped: \(end.errors)") }
    }

    private func daemon(_ arguments: [String]) async throws -> (isSuccess: Bool, errors: String) {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let result = try await Subprocess.run(
            .path(.init(programs + "/orchestratia-agent")), arguments: Arguments(arguments),
            environment: .inherit.updating([
                "HOME": home, "TMPDIR": home + "/tmp", "PATH": "\(programs):\(path)", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": "",
            ]),
            platformOptions: options, output: .discarded, error: .string(limit: 1 << 20))
        return (result.terminationStatus.isSuccess, result.standardError)
    }

    private var configurationFile: String { home + "/agent.yaml" }
}
