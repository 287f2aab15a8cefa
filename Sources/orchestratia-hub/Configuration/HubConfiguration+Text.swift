import Cryptography

extension HubConfiguration {
    /// The result of flags, environment, file and defaults, as YAML that could be a configuration file; secrets are masked.
    var text: String {
        var lines = [
            "listen: \(quoted(listen.description))",
            "database: \(quoted(database))",
            "public_url: \(quoted(publicURL))",
            "commands: \(quoted(commands))",
            "programs: \(quoted(programs))",
            "agents: \(quoted(agents))",
            "telegram:",
            "  bot_tokens: [\(botTokens.map { _ in quoted(Secret.mask) }.joined(separator: ", "))]",
            "  api_url: \(quoted(telegramAPI))",
            "  file_url: \(quoted(telegramFiles))",
            "  proxy: \(quoted(telegramProxy.map { _ in Secret.mask }))",
            "  limits: \(telegramLimits.rawValue)",
            "spending:",
            "  currency: \(spending.currency)",
            "  day_cap: \(spending.dayCap?.description ?? "off")",
        ]
        switch masterKey {
        case .key: lines.append("master_key: \(quoted(Secret.mask))")
        case .file, .besideDatabase: lines.append("master_key_file: \(quoted(masterKeyFile))")
        }
        lines += [
            "tls:",
            "  certificate: \(quoted(tlsCertificate))",
            "  key: \(quoted(tlsKey))",
            "insecure_http: \(insecureHTTP)",
            "log:",
            "  level: \(logLevel.rawValue)",
            "  format: \(logFormat.rawValue)",
            "ready_file: \(quoted(readyFile))",
        ]
        return lines.joined(separator: "\n")
    }

    private func quoted(_ text: String?) -> String {
        guard let text else { return "null" }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
