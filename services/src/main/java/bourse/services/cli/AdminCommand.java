package bourse.services.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Parent of the operators' commands. */
@Command(name = "admin",
    header = "Operate a running venue: instruments, trading states, accounts, sessions, snapshots.",
    description = {
        "Each is one call to the operators' port and needs the right \"admin\"; in the venue's own directory that comes by itself.",
        "",
        "  bourse admin instrument list",
        "  bourse admin instrument add --symbol NEW --price-decimals 2",
        "  bourse admin state halted --instrument DEMO",
        "  bourse admin kill --account 7",
        ""},
    subcommands = {AdminInstrumentCommand.class, AdminStateCommand.class, AdminAccountCommands.Limits.class,
        AdminAccountCommands.Deposit.class, AdminAccountCommands.Kill.class, AdminAccountCommands.Cancel.class,
        AdminAccountCommands.Rights.class,
        AdminAccountCommands.Show.class, AdminSessionsCommand.class, AdminEngineCommands.Snapshot.class, AdminEngineCommands.Hash.class})
public final class AdminCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing sub-command: instrument, state, limits, deposit, kill, cancel, rights, account, sessions, snapshot or hash?");
    }
}
