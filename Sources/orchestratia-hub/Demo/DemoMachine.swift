import Foundation
import HubCore
import Subprocess

/// The demo's server: the real agent daemon in a home of its own, and as its agent a shell program that works through the real
/// `orchestratia` command in terminals of the daemon.
struct DemoMachine: Sendable {
    /// The name of the launch profile, and of the machine.
    static let profile = "demo"
    static let name = "demo-server"

    let home: String
    let programs: String

    /// - Parameters:
    ///   - folder: the demo's own, which vanishes with it.
    ///   - programs: where `orchestratia-agent` and `orchestratia` lie.
    /// - Throws: ``Failure`` if they do not.
    init(in folder: String, programs: String) throws {
        for program in ["orchestratia-agent", "orchestratia"] where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(program)")
        {
            throw Failure("the demo needs \(program) beside orchestratia-hub, in \(programs): build it with `make build`")
        }
        (home, self.programs) = (folder + "/machine", programs)
    }

    /// Writes what the machine and the hub need: the agent, its launch profile, and the daemon's configuration.
    ///
    /// - Parameter pace: seconds that each step of the agent takes.
    /// - Returns: the folder with the launch profiles.
    func prepare(pace: Double) throws -> String {
        let (agent, profiles) = (home + "/agent.sh", home + "/profiles")
        for folder in [profiles, home + "/web", home + "/.config"] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try Data(PackageResources.agent_sh).write(to: URL(fileURLWithPath: agent))
        let profile = """
            name: \(Self.profile)
            summary: the demo's agent
            command: [sh, '\(agent)', '\(pace)']
            """
        try Data(profile.utf8).write(to: URL(fileURLWithPath: "\(profiles)/\(Self.profile).yaml"))
        // Terminals of tmux would outlive the demo.
        let configuration = """
            server_name: \(Self.name)
            repos: {web: '\(home)/web'}
            sessions: {tmux: false}
            agent: {environments: [staging], slots: 2, state_directory: '\(home)/state'}
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: configurationFile))
        return profiles
    }

    /// - Throws: ``Failure`` if the hub does not take it.
    func register(with token: String) async throws {
        let registration = try await daemon(["--config", configurationFile, "--register", token])
        guard registration.isSuccess else { throw Failure("the demo's machine did not register: \(registration.errors)") }
    }

    /// Runs the daemon until cancelled.
    ///
    /// - Throws: ``Failure`` if it ends by itself.
    func run() async throws {
        let end = try await daemon(["--config", configurationFile])
        guard Task.isCancelled else { throw Failure("the demo's machine stopped: \(end.errors)") }
    }

    private func daemon(_ arguments: [String]) async throws -> (isSuccess: Bool, errors: String) {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let result = try await Subprocess.run(
            .path(.init(programs + "/orchestratia-agent")), arguments: Arguments(arguments),
            environment: .inherit.updating(["HOME": home, "PATH": "\(programs):\(path)", "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""]),
            platformOptions: options, output: .discarded, error: .string(limit: 1 << 20))
        return (result.terminationStatus.isSuccess, result.standardError)
    }

    private var configurationFile: String { home + "/agent.yaml" }
}
