import Foundation
import HubCore
import HubTesting
import Testing

import enum HubCore.JSONValue

/// The real daemon and a hub with TLS: `https` and `wss`, certificates that are not to be trusted, and a proxy that is the only way.
@Suite(.serialized, .timeLimit(.minutes(5))) struct SecureTests {
    private static func folder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func `a daemon registers over https, works over wss, and comes back after a break`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try await TestCertificate(in: folder)
        try await Site.with(Site.Setting(certificate: certificate)) { site in
            #expect(site.hub.url.hasPrefix("https://"))
            let machine = try await site.machine("mac-1", environment: ["SSL_CERT_FILE": certificate.certificate])
            let session = try await site.open("secure", on: machine)
            try await site.type("echo sum-$((40 + 2)) $ORCHESTRATIA_HUB_URL", into: session)
            try await site.screen(of: session, shows: "sum-42 https://")
            try await site.restartHub()
            try await site.session(session, is: "active")
            try await site.type("echo again-$((40 + 2))", into: session)
            try await site.screen(of: session, shows: "again-42")
            #expect(await machine.stop() == 0)
        }
    }

    @Test func `a certificate that nobody vouches for, or that is another's, is refused in words`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (right, wrong) = (try await TestCertificate(in: folder), try await TestCertificate(for: ["DNS:other.example"], in: folder))
        try await Site.with(Site.Setting(certificate: right)) { site in
            // Registering, which is libcurl's work.
            let stranger = await #expect(throws: Machine.Failed.self) { _ = try await site.machine("mac-0", environment: [:]) }
            #expect(stranger?.description.contains("the hub cannot be reached") == true)
            #expect(stranger?.description.contains("certificate") == true, "\(stranger.map { "\($0)" } ?? "")")
            // Connecting, which is NIO's.
            let machine = try await site.machine("mac-1", environment: ["SSL_CERT_FILE": right.certificate])
            #expect(await machine.stop() == 0)
            machine.trusts(wrong.certificate)
            try await machine.start(until: "the server's certificate is not trusted")
            #expect(await machine.stop() == 0)
            try await site.restartHub(with: wrong)
            try await machine.start(until: "the server's certificate is not valid for its name")
            let other = await #expect(throws: Machine.Failed.self) {
                _ = try await Machine(
                    "mac-2", token: try await site.registrationToken(), tmux: false, slots: 1, configuration: "", agents: [:],
                    environment: ["SSL_CERT_FILE": wrong.certificate])
            }
            #expect(other?.description.contains("certificate") == true, "\(other.map { "\($0)" } ?? "")")
            #expect(!machine.log.contains("connected to the hub"))
            #expect(await machine.stop() == 0)
            // The setting that says not to look.
            try machine.configure("insecure_tls: true")
            try await machine.start()
            #expect(await machine.stop() == 0)
            try await site.restartHub(with: right)
        }
    }

    @Test func `where a proxy is the only way, registration, heartbeats and the socket go through it, with its password`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try await TestCertificate(for: ["IP:127.0.0.1", "DNS:hub.example"], in: folder)
        // No DNS knows this name: the proxy does.
        try await Site.with(Site.Setting(certificate: certificate, publicURL: "https://hub.example")) { site in
            let port = try #require(Site.port(of: site.hub))
            let proxy = try await ConnectProxy.open(to: "hub.example:443", at: port, user: "ada:pass word")
            defer { proxy.close() }
            let environment = ["SSL_CERT_FILE": certificate.certificate, "no_proxy": "", "NO_PROXY": ""]
            let refused = await #expect(throws: Machine.Failed.self) {
                _ = try await site.machine("mac-0", environment: environment.merging(["https_proxy": "http://\(proxy.authority)"]) { $1 })
            }
            #expect(refused?.description.contains("the hub cannot be reached") == true)
            #expect(proxy.refusals > 0 && proxy.tunnels.isEmpty)

            let address = "http://ada:pass%20word@\(proxy.authority)"
            let machine = try await site.machine("mac-1", environment: environment.merging(["https_proxy": address]) { $1 })
            #expect(proxy.tunnels.count >= 2 && proxy.tunnels.allSatisfy { $0 == "hub.example:443" })
            let session = try await site.open("tunnel", on: machine)
            try await site.type("echo sum-$((40 + 2))", into: session)
            try await site.screen(of: session, shows: "sum-42")
            #expect(await machine.stop() == 0)
            #expect(!machine.log.contains("pass%20word") && !machine.log.contains("pass word"))
            // With a password that is not taken the socket says so.
            machine.set("https_proxy", to: "http://ada:wrong@\(proxy.authority)")
            try await machine.start(until: "the proxy refused the connection with status 407")
            #expect(await machine.stop() == 0)
        }
    }
}
