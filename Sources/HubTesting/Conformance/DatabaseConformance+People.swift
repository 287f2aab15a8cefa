import HubCore
import HubStore

extension DatabaseConformance {
    static let peopleTables: [Case] = [
        Case("keeps projects, one to a name") { database in
            let sample = try await Sample(database)
            let project = sample.project
            let found = try await sample.read { connection in
                let table = ProjectTable(connection)
                return [try table.find(project.id), try table.find(name: "WEB"), try table.find(name: "app"), try table.all().first]
            }
            try requireEqual(found, [project, project, nil, project], "the project")
            let twin = Project(id: .random(), name: "web", createdAt: sample.now)
            try await requireConstraint(.unique, "a second project web") { try await sample.write { try ProjectTable($0).insert(twin) } }
            let changed = Project(id: project.id, name: project.name, settings: .init(), createdAt: project.createdAt)
            let saved = try await sample.write { connection in
                try ProjectTable(connection).save(changed)
                return try ProjectTable(connection).find(changed.id)
            }
            try requireEqual(saved, changed, "the saved project")
        },
        Case("keeps people, and the ways in which they sign in") { database in
            let sample = try await Sample(database)
            let id = sample.person.id
            try await sample.write { connection in
                try PersonTable(connection).addIdentity("telegram", "7", to: id, at: sample.now)
                try PersonTable(connection).addIdentity("telegram", "8", to: id, at: sample.now + .seconds(1))
            }
            let changed = Person(id: id, name: "Ada L.", isAdministrator: false, createdAt: sample.now)
            try await sample.write { try PersonTable($0).save(changed) }
            let found = try await sample.read { connection in
                let table = PersonTable(connection)
                return [
                    try table.find(changed.id), try table.find(identity: "telegram", "8"), try table.find(identity: "email", "7"),
                    try table.find(.random()),
                ]
            }
            try requireEqual(found, [changed, changed, nil, nil], "the person")
            try requireEqual(
                try await sample.read { try PersonTable($0).subjects(of: changed.id, identity: "telegram") }, ["7", "8"], "subjects")
            try requireEqual(try await sample.read { try PersonTable($0).isAnybodyAdministrator() }, false, "an administrator")
            try await requireConstraint(.unique, "an identity of two people") {
                try await sample.write { try PersonTable($0).addIdentity("telegram", "7", to: changed.id, at: sample.now) }
            }
            try await requireConstraint(.foreignKey, "an identity of nobody") {
                try await sample.write { try PersonTable($0).addIdentity("telegram", "9", to: .random(), at: sample.now) }
            }
        },
        Case("keeps one role for a person in a project") { database in
            let sample = try await Sample(database)
            let (person, project) = (sample.person, sample.project)
            try await sample.write { connection in
                let table = PersonTable(connection)
                try requireEqual(try table.role(of: person.id, in: project.id), nil, "the role of a stranger")
                try table.setRole(.viewer, of: person.id, in: project.id, at: sample.now)
                try table.setRole(.owner, of: person.id, in: project.id, at: sample.now)
                try requireEqual(try table.role(of: person.id, in: project.id), .owner, "the role")
                let members = try table.members(of: project.id)
                try requireEqual(members.map(\.person), [person], "the members")
                try requireEqual(members.map(\.role), [.owner], "the members' roles")
                let projects = try table.projects(of: person.id)
                try requireEqual(projects.map(\.project), [project.id], "the projects")
            }
            try await requireConstraint(.foreignKey, "a role in no project") {
                try await sample.write { try PersonTable($0).setRole(.viewer, of: person.id, in: .random(), at: sample.now) }
            }
        },
        Case("keeps credentials, each used once") { database in
            let sample = try await Sample(database)
            let now = sample.now
            let credential = Credential(
                hash: "abc", kind: .apiToken, project: sample.project.id, person: sample.person.id, server: sample.server.id, role: .member,
                name: "laptop", createdBy: .person(sample.person), createdAt: now, expiresAt: now + .seconds(60))
            try await sample.write { try CredentialTable($0).insert(credential) }
            try requireEqual(try await sample.read { try CredentialTable($0).find(hash: "abc") }, Optional(credential), "the credential")
            try requireEqual(try await sample.read { try CredentialTable($0).find(hash: "abd") }, nil, "no credential")
            try await requireConstraint(.unique, "a second credential") {
                try await sample.write { try CredentialTable($0).insert(credential) }
            }
            let uses = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<20 { group.addTask { try await sample.write { try CredentialTable($0).markUsed(hash: "abc", at: now) } } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            try requireEqual(uses, 1, "uses")
            let used = try await sample.read { try CredentialTable($0).find(hash: "abc") }
            try requireEqual(used?.usedAt, now, "the time of use")
            try requireEqual(used?.isValid(at: now + .seconds(59)), true, "validity before its end")
            try requireEqual(used?.isValid(at: now + .seconds(60)), false, "validity at its end")
        },
        Case("ends the keys of a server, and unused codes of a kind, and no others") { database in
            let sample = try await Sample(database)
            let now = sample.now
            func credential(_ hash: String, _ kind: Credential.Kind, server: Server.ID? = nil) -> Credential {
                Credential(hash: hash, kind: kind, server: server, createdBy: .hub, createdAt: now)
            }
            let all = [
                credential("key", .serverKey, server: sample.server.id), credential("token", .apiToken, server: sample.server.id),
                credential("pair", .pairing), credential("used", .pairing), credential("invite", .invite),
            ]
            try await sample.write { connection in
                let table = CredentialTable(connection)
                for each in all { try table.insert(each) }
                try require(try table.markUsed(hash: "used", at: now), "the first use failed")
                try table.revoke(keysOf: sample.server.id, at: now)
                try table.revokeUnused(.pairing, at: now)
                try require(try !table.markUsed(hash: "pair", at: now), "a revoked code was used")
                let revoked = try all.map { try table.find(hash: $0.hash)?.revokedAt != nil }
                try requireEqual(revoked, [true, false, true, false, false], "what is revoked")
            }
        },
    ]

    static let serverTables: [Case] = [
        Case("keeps all of a server") { database in
            let sample = try await Sample(database)
            var server = sample.server
            try requireEqual(try await sample.read { try ServerTable($0).find(sample.server.id) }, Optional(server), "the server")
            server.machine.os = "macos"
            server.reported = Capabilities(languages: ["c"])
            server.override = CapabilityOverride(environments: ["kvm"])
            (server.state, server.lastHeard, server.lastUsed, server.isDrained) = (.offline, sample.now + .seconds(5), nil, false)
            let changed = server
            let found = try await sample.write { connection in
                let table = ServerTable(connection)
                try table.put(changed)
                return [
                    try table.find(changed.id), try table.find(name: "MAC-1", in: changed.project),
                    try table.find(machine: "m-mac-1", name: "mac-1", in: changed.project), try table.find(name: "mac-1", in: .random()),
                ]
            }
            try requireEqual(found, [changed, changed, changed, nil], "the changed server")
            try await sample.write { try ServerTable($0).markUsed(changed.id, at: sample.now + .seconds(9)) }
            try requireEqual(
                try await sample.read { try ServerTable($0).find(changed.id)?.lastUsed }, Optional(sample.now + .seconds(9)), "the last use"
            )
        },
        Case("lists a project's servers by name without the revoked ones") { database in
            let sample = try await Sample(database)
            var gone = Sample.server("gone", in: sample.project, at: sample.now)
            gone.revokedAt = sample.now
            let (revoked, first) = (gone, Sample.server("a", in: sample.project, at: sample.now))
            let found = try await sample.write { connection in
                let table = ServerTable(connection)
                try table.put(revoked)
                try table.put(first)
                try requireEqual(try table.find(name: "gone", in: sample.project.id), nil, "a revoked server by name")
                try requireEqual(try table.find(machine: "m-gone", name: "gone", in: sample.project.id), revoked, "its identity")
                try requireEqual(try table.all().count, 2, "servers of all projects")
                return try table.all(in: sample.project.id)
            }
            try requireEqual(found, [first, sample.server], "the list")
        },
    ]
}
