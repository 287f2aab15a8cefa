import Cryptography
import Foundation
import HubCore
import HubService
import HubTesting
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(3))) struct InstallTests {
    /// Something in place of the agent: writes its arguments beside the configuration, and registers by writing the file.
    private static let agent = """
        #!/bin/sh
        echo "$@" >>"$HOME/calls"
        while [ $# -gt 0 ]; do case $1 in --config) config=$2; shift;; --register) token=$2; shift;; esac; shift; done
        [ -z "${token:-}" ] || printf 'hub_url: "%s"\\napi_key: k\\n' "$TEST_HUB" >"$config"

        """

    private struct Folders {
        let root: URL
        var home: URL { root.appendingPathComponent("home") }
        var programs: URL { root.appendingPathComponent("programs") }

        init() throws {
            root = FileManager.default.temporaryDirectory.appendingPathComponent("install-\(UUID().uuidString)")
            for folder in [home, programs] { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        }

        fileprivate func remove() { try? FileManager.default.removeItem(at: root) }
    }

    /// Runs the script as a person does who has a home of their own there.
    private func install(_ script: [UInt8], _ folders: Folders, hub: TestHub, _ arguments: [String]) async throws -> (Int32, String) {
        let file = folders.root.appendingPathComponent("install.sh")
        try Data(script).write(to: file)
        let installation = try await FinishedProgram.run(
            "/bin/sh", [file.path, "--user", "--no-start"] + arguments,
            environment: [
                "HOME": folders.home.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "TEST_HUB": "http://127.0.0.1:\(hub.port)", "no_proxy": "127.0.0.1",
            ])
        return (installation.status, installation.said)
    }

    @Test("the script's unit is the packaged one, for its own paths and user")
    func unit() async throws {
        let folders = try Folders()
        defer { folders.remove() }
        try await TestHub.serve { hub in
            let script = InstallScript.text(os: "Linux", machine: "x86_64")
            let functions = try #require(script.range(of: "\nmain \"$@\""))
            let probe =
                script[..<functions.lowerBound] + "\nbin='/opt/a b'; config=/etc/c.yaml; unit ada multi-user.target >\"$HOME/unit\"\n"
            #expect(try await install(Array(probe.utf8), folders, hub: hub, []).0 == 0)
            let unit = try String(contentsOf: folders.home.appendingPathComponent("unit"), encoding: .utf8)
            #expect(
                unit.contains("\n[Service]\nExecStart=\"/opt/a b/orchestratia-agent\" --config \"/etc/c.yaml\"\nUser=ada\nEnvironment="))
            #expect(unit.contains("\nKillMode=process\n") && unit.hasSuffix("\n[Install]\nWantedBy=multi-user.target\n"))
            #expect(!unit.contains("@") && !unit.contains("PrivateTmp="))
        }
    }

    @Test("the script installs both programs, registers, and can be run again")
    func install() async throws {
        let folders = try Folders()
        defer { folders.remove() }
        try Data(Self.agent.utf8).write(to: folders.programs.appendingPathComponent("orchestratia-agent"))
        try Data("#!/bin/sh\n".utf8).write(to: folders.programs.appendingPathComponent("orchestratia"))
        try await TestHub.serve(configure: { $1.programs = folders.programs.path }) { hub in
            let script = try await hub.nobody.get("/install.sh")
            #expect(script.status == 200)
            #expect(!String(decoding: script.body, as: UTF8.self).contains("@OS@"))

            let (without, reason) = try await install(script.body, folders, hub: hub, [])
            #expect(without == 1)
            #expect(reason.contains("/token"))

            let token = try await hub.registrationToken()
            let (first, text) = try await install(script.body, folders, hub: hub, [token])
            #expect(first == 0, "\(text)")
            let bin = folders.home.appendingPathComponent(".local/bin")
            for program in ["orchestratia-agent", "orchestratia"] {
                #expect(FileManager.default.isExecutableFile(atPath: bin.appendingPathComponent(program).path))
            }
            let config = folders.home.appendingPathComponent(".config/orchestratia/config.yaml").path
            #expect(text.contains("start the agent with: \(bin.path)/orchestratia-agent --config \(config)"))
            let calls = folders.home.appendingPathComponent("calls")
            #expect(try String(contentsOf: calls, encoding: .utf8) == "--config \(config) --register \(token)\n")

            let (second, again) = try await install(script.body, folders, hub: hub, [])
            #expect(second == 0, "\(again)")
            #expect(try String(contentsOf: calls, encoding: .utf8).split(separator: "\n").count == 1)
        }
    }

    @Test("programs come with their checksum, whole, and only the two")
    func downloads() async throws {
        let folders = try Folders()
        defer { folders.remove() }
        let bytes = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        try Data(bytes).write(to: folders.programs.appendingPathComponent("orchestratia-agent"))
        try Data("secret".utf8).write(to: folders.programs.appendingPathComponent("master.key"))
        try await TestHub.serve(configure: { $1.programs = folders.programs.path }) { hub in
            let program = try await hub.nobody.get("/download/orchestratia-agent")
            #expect(program.status == 200)
            let isWhole = program.body == bytes
            #expect(isWhole)
            let digest = Hex.encode(SHA256.digest(of: bytes))
            #expect(
                try await hub.nobody.get("/download/orchestratia-agent.sha256").body == Array("\(digest)  orchestratia-agent\n".utf8))
            for missing in ["orchestratia", "master.key", "..%2Fmaster.key", "orchestratia.sha256"] {
                let answer = try await hub.nobody.get("/download/\(missing)")
                #expect(answer.status == 404)
                #expect(answer.detail != nil)
            }
        }
    }

    @Test("a hub without programs says so in a sentence, and the script repeats it")
    func nothing() async throws {
        let folders = try Folders()
        defer { folders.remove() }
        try await TestHub.serve(configure: { $1.programs = folders.programs.path }) { hub in
            #expect(try await hub.nobody.get("/download/orchestratia-agent").status == 404)
            let script = try await hub.nobody.get("/install.sh").body
            let (status, text) = try await install(script, folders, hub: hub, [try await hub.registrationToken()])
            #expect(status == 1)
            #expect(text.contains("does not give orchestratia-agent away"))
        }
    }

    @Test("the script refuses what is no token, and another platform")
    func refusals() async throws {
        let folders = try Folders()
        defer { folders.remove() }
        try await TestHub.serve { hub in
            let script = InstallScript.text(os: Programs.platform.os, machine: Programs.platform.machine)
            #expect(try await install(Array(script.utf8), folders, hub: hub, ["abc"]).0 == 1)
            #expect(try await install(Array(script.utf8), folders, hub: hub, ["orcreg_!!!.x"]).0 == 1)
            let foreign = InstallScript.text(os: "Plan9", machine: "vax")
            let (status, text) = try await install(Array(foreign.utf8), folders, hub: hub, [try await hub.registrationToken()])
            #expect(status == 1)
            #expect(text.contains("programs for Plan9 on vax"))
        }
    }
}
