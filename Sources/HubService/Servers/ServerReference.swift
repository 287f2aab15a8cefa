import HubCore

extension HubTransaction {
    /// The server of that id or name.
    ///
    /// - Throws: ``HubError/notFound(_:)`` that names the servers there are.
    package func server(named text: String, in project: Project.ID) throws -> Server {
        if let id = Server.ID(text), let server = try servers.find(id), server.project == project { return server }
        if let server = try servers.find(name: text, in: project) { return server }
        let names = try servers.all(in: project).map(\.name)
        throw HubError.notFound(
            names.isEmpty
                ? "there is no server \(text): no server is registered in this project yet"
                : "there is no server \(text): there is \(names.prefix(10).joined(separator: ", "))")
    }
}
