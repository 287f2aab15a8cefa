extension Migration {
    /// Terminals that run, and into which the hub has yet to type the command of their program: their clients start none.
    static let hub10 = Migration(10, ["ALTER TABLE session ADD COLUMN is_launch_due BOOLEAN NOT NULL DEFAULT FALSE"])
}
