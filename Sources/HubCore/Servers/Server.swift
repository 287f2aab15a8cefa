/// A machine on which an agent daemon runs, or an agent that speaks only REST.
package struct Server: Hashable, Sendable, Codable {
    package typealias ID = Identifier<Server>

    package let id: ID
    package let project: Project.ID
    package let name: String
    package var machine: Machine
    /// What the daemon reported last.
    package var reported: Capabilities
    /// What people said about it, which goes before the report.
    package var override: CapabilityOverride
    package var state: State
    /// When it was last heard from, as far as that is stored; the hub's memory may know a later time.
    package var lastHeard: Timestamp
    /// When it last got a task; ties in placement go to the least recently used.
    package var lastUsed: Timestamp?
    /// Takes no new work by itself.
    package var isDrained: Bool
    package let registeredAt: Timestamp
    package var revokedAt: Timestamp?
    /// Set once it opened a connection for terminals; a server that speaks only REST never does, and gets no sessions.
    package var terminals: Terminals?

    /// What the latest connection announced.
    package struct Terminals: Hashable, Sendable, Codable {
        /// The extensions that the client knows (agent protocol, section 12); empty for an installed one.
        package var features: Set<String>
        package var connectedAt: Timestamp

        package init(features: Set<String>, connectedAt: Timestamp) {
            (self.features, self.connectedAt) = (features, connectedAt)
        }

        /// The client says when a push has taken effect, and drops one that it has seen.
        package var confirmsPushes: Bool { features.contains("ack") }
        /// The others get a shell, into which the hub types the program's command.
        package var startsPrograms: Bool { features.contains("launch") }
    }

    package enum State: String, CaseIterable, Hashable, Sendable, Codable {
        case online, offline
    }

    /// What the registration says about the machine (agent protocol, section 1.2).
    package struct Machine: Hashable, Sendable, Codable {
        package var machineID: String
        package var macAddress: String
        package var hostname: String
        package var os: String
        package var address: String
        /// `system_info` as it came.
        package var systemInfo: JSONValue
        /// The name that it asked for; the server's own has a number if another machine had that one. Part of its identity.
        package var registeredName: String?

        package init(
            machineID: String, macAddress: String, hostname: String, os: String, address: String, systemInfo: JSONValue,
            registeredName: String? = nil
        ) {
            (self.machineID, self.macAddress, self.hostname) = (machineID, macAddress, hostname)
            (self.os, self.address, self.systemInfo) = (os, address, systemInfo)
            self.registeredName = registeredName
        }
    }

    package init(
        id: ID, project: Project.ID, name: String, machine: Machine, reported: Capabilities = Capabilities(),
        override: CapabilityOverride = CapabilityOverride(), state: State, lastHeard: Timestamp, lastUsed: Timestamp? = nil,
        isDrained: Bool = false, registeredAt: Timestamp, revokedAt: Timestamp? = nil, terminals: Terminals? = nil
    ) {
        (self.id, self.project, self.name, self.machine) = (id, project, name, machine)
        (self.reported, self.override, self.state, self.lastHeard) = (reported, override, state, lastHeard)
        (self.lastUsed, self.isDrained, self.registeredAt, self.revokedAt) = (lastUsed, isDrained, registeredAt, revokedAt)
        self.terminals = terminals
    }

    /// The capabilities that placement goes by.
    package var capabilities: Capabilities { override.applied(to: reported) }
}

extension Server {
    /// A server that is silent this long is offline (domain page, "Settled details").
    package static let silenceUntilOffline: Duration = .seconds(90)
    /// An offline server keeps its work this long.
    package static let graceUntilRelease: Duration = .seconds(300)
}
