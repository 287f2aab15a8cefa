import HubCore
import HubService
import WireProtocol

/// Files from one server to another, as the command line on a server asks for them (agent protocol, sections 4 and 6.6).
enum Transfers {
    static let start: RouteTable.Handler = { call in
        let order = try TransferOrder(json: try call.json())
        let server = try call.agentServer()
        _ = try await call.project()
        let transfer = try await call.run(
            StartTransfer(
                from: server, to: order.target, filename: order.filename, path: order.path, size: order.size, sha256: order.sha256))
        // A repeated request finds its transfer further on.
        let current = try await call.ask(GetTransfer(transfer.id.text, in: server.project))
        call.server.relay.start(current, senderName: try await call.ownSessionName() ?? server.name)
        return Reply(status: 201, TransferObject(current).json)
    }

    static let get: RouteTable.Handler = { call in
        var transfer = try await call.ask(GetTransfer(call.parameters[0], in: try call.agentServer().project))
        if let chunks = call.server.relay.chunksRelayed(of: transfer.id) { transfer.chunksRelayed = chunks }
        return Reply(TransferObject(transfer).json)
    }
}
