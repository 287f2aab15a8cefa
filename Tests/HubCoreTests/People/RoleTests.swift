import HubCore
import Testing

/// The matrix of the domain page, "People".
@Suite struct RoleTests {
    static let matrix: [(Permission, Set<Role>)] = [
        (.see, [.viewer, .member, .owner]),
        (.createTask, [.member, .owner]), (.editTask, [.member, .owner]), (.assignTask, [.member, .owner]), (.decide, [.member, .owner]),
        (.answer, [.member, .owner]), (.retryTask, [.member, .owner]), (.cancelTask, [.member, .owner]),
        (.releaseTask, [.member, .owner]), (.addNote, [.member, .owner]), (.typeIntoSession, [.member, .owner]),
        (.saveTemplate, [.member, .owner]), (.sendFile, [.member, .owner]), (.fetchFile, [.member, .owner]),
        (.inviteMember, [.member, .owner]),
        (.changeRoles, [.owner]), (.changeSettings, [.owner]), (.inviteOwner, [.owner]), (.makeRegistrationToken, [.owner]),
        (.revokeServer, [.owner]), (.editServer, [.owner]), (.bindChat, [.owner]), (.addBot, [.owner]), (.exportAudit, [.owner]),
        // An agent's own, and the administrator's: no role in a project gives them.
        (.report, []), (.createProject, []), (.exceedFleetCap, []),
    ]

    @Test("allows each role exactly what the matrix says", arguments: Role.allCases)
    func allows(_ role: Role) {
        for permission in Permission.allCases {
            let roles = Self.matrix.filter { $0.0 == permission }.map(\.1)
            #expect(roles.count == 1, "\(permission) has one row")
            #expect(role.allows(permission) == roles.first?.contains(role), "\(role) \(permission)")
        }
    }

    @Test("orders the roles")
    func order() {
        #expect(Role.allCases.shuffled().sorted() == [.viewer, .member, .owner])
    }
}
