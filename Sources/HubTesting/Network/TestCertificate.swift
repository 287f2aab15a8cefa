import Foundation

/// A certificate that signs itself, and its key, made by the `openssl` that Debian's ca-certificates brings along.
package struct TestCertificate: Sendable {
    package struct NotMade: Error { let why: String }

    /// PEM files.
    package let certificate: String
    package let key: String

    /// - Parameter names: what it is valid for, as in `IP:127.0.0.1` and `DNS:hub.example`.
    package init(for names: [String] = ["IP:127.0.0.1"], in folder: String) async throws {
        let name = "\(UUID().uuidString.prefix(8))"
        (certificate, key) = ("\(folder)/\(name).pem", "\(folder)/\(name).key")
        let arguments =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=hub"]
            + ["-addext", "subjectAltName=" + names.joined(separator: ","), "-keyout", key, "-out", certificate]
        let openssl = try await FinishedProgram.run("/usr/bin/openssl", arguments)
        guard openssl.status == 0 else { throw NotMade(why: openssl.error) }
    }

    private init(certificate: String, key: String) {
        (self.certificate, self.key) = (certificate, key)
    }

    /// One whose day was the first of 2020.
    package static func expired(in folder: String) async throws -> TestCertificate {
        let base = "\(folder)/\(UUID().uuidString.prefix(8))"
        let made = TestCertificate(certificate: base + ".pem", key: base + ".key")
        // Only `openssl ca` sets dates, and it wants a register of what it signs.
        let settings = """
            [ca]
            default_ca = own
            [own]
            database = \(base).index
            new_certs_dir = \(folder)
            rand_serial = yes
            default_md = sha256
            policy = names
            [names]
            commonName = supplied
            """
        try Data(settings.utf8).write(to: URL(fileURLWithPath: base + ".cnf"))
        try Data().write(to: URL(fileURLWithPath: base + ".index"))
        let request =
            ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=hub"]
            + ["-keyout", made.key, "-out", base + ".request"]
        let signing =
            ["ca", "-config", base + ".cnf", "-selfsign", "-keyfile", made.key, "-in", base + ".request", "-batch", "-notext"]
            + ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-out", made.certificate]
        for arguments in [request, signing] {
            let openssl = try await FinishedProgram.run("/usr/bin/openssl", arguments)
            guard openssl.status == 0 else { throw NotMade(why: openssl.error) }
        }
        return made
    }

    /// Makes one for 127.0.0.1 and `hub.test`, that lasts as long as `body`.
    package static func make<Value>(_ body: (TestCertificate) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(TestCertificate(for: ["IP:127.0.0.1", "DNS:hub.test"], in: folder.path))
    }

    /// Of the hub's command line.
    package var arguments: [String] { ["--tls-certificate", certificate, "--tls-key", key] }
}
