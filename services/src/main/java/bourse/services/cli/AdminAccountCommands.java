package bourse.services.cli;

import bourse.admin.v1.CancelOrdersRequest;
import bourse.admin.v1.CancelOrdersResponse;
import bourse.admin.v1.GetAccountRequest;
import bourse.admin.v1.GetAccountResponse;
import bourse.admin.v1.SetAccountLimitsRequest;
import bourse.admin.v1.SetAccountRightsRequest;
import bourse.admin.v1.SetAccountRightsResponse;
import bourse.admin.v1.SetKillSwitchRequest;
import bourse.admin.v1.SetKillSwitchResponse;
import bourse.admin.v1.TransferAssetRequest;
import bourse.admin.v1.TransferAssetResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** The operators' commands about one account, each named by {@code --account}. */
final class AdminAccountCommands {
    private AdminAccountCommands() {
    }

    /** Limits. */
    @Command(name = "limits", header = "Set the limits of an account.",
        description = {"All of them at once: what is left out has no limit. In the instruments' smallest units.", "",
            "  bourse admin limits --account 7 --max-quantity 1000 --max-orders-per-second 500", ""})
    static final class Limits implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;
        @Option(names = "--firm", paramLabel = "N", description = "Accounts of one firm share self-trade prevention.")
        private int firm;
        @Option(names = "--max-quantity", paramLabel = "N", description = "Of one order.")
        private long maxQuantity;
        @Option(names = "--max-notional", paramLabel = "N", description = "Of one order.")
        private long maxNotional;
        @Option(names = "--max-position", paramLabel = "N", description = "Per instrument, either way.")
        private long maxPosition;
        @Option(names = "--max-open-orders", paramLabel = "N", description = "At one time.")
        private long maxOpenOrders;
        @Option(names = "--max-orders-per-second", paramLabel = "N", description = "By the log's clock.")
        private long maxOrdersPerSecond;

        @Override
        public Integer call() {
            try (venue) {
                final SetAccountLimitsRequest request = SetAccountLimitsRequest.newBuilder().setShard(shard.number())
                    .setAccount(venue.account()).setFirm(firm).setMaxOrderQuantity(maxQuantity).setMaxOrderNotional(maxNotional)
                    .setMaxPosition(maxPosition).setMaxOpenOrders(maxOpenOrders).setMaxOrdersPerSecond(maxOrdersPerSecond).build();
                venue.admin().setAccountLimits(request);
                json.human().println("account " + venue.account() + ": limits set");
                json.write(OrderSubmission.tree(request));
                return 0;
            }
        }
    }

    /** Deposits. */
    @Command(name = "deposit", header = "Add an amount of an asset to an account's balance, or take it off.",
        description = {"Used by instruments that check balances.", "",
            "  bourse admin deposit --account 7 --asset USD --amount 100000",
            "  bourse admin deposit --account 7 --asset USD --amount=-500", ""})
    static final class Deposit implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;
        @Option(names = "--asset", required = true, paramLabel = "ASSET", description = "1..8 characters.")
        private String asset;
        @Option(names = "--amount", required = true, paramLabel = "N", description = "In the asset's smallest units; negative = withdrawal.")
        private long amount;

        @Override
        public Integer call() {
            try (venue) {
                final TransferAssetResponse response = venue.admin().transferAsset(TransferAssetRequest.newBuilder().setShard(shard.number())
                    .setAccount(venue.account()).setAsset(asset).setAmount(amount).build());
                json.human().println("account " + venue.account() + ": " + response.getBalance() + " " + asset);
                json.write(Map.of("account", venue.account(), "asset", asset, "balance", response.getBalance()));
                return 0;
            }
        }
    }

    /** The kill switch. */
    @Command(name = "kill", header = "Cancel all orders of an account and refuse new ones, until --off.",
        description = {"Works at once, on every shard, whatever the account's sessions do. A shard that cannot be reached is named: repeat it then.", "",
            "  bourse admin kill --account 7", "  bourse admin kill --account 7 --off", ""})
    static final class Kill implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--off", description = "Let the account trade again.")
        private boolean off;

        @Override
        public Integer call() {
            try (venue) {
                final SetKillSwitchResponse response = venue.admin().setKillSwitch(
                    SetKillSwitchRequest.newBuilder().setAccount(venue.account()).setOn(!off).build());
                json.human().println("account " + venue.account() + (off ? " may trade again" : " is stopped, " + response.getCancelledOrders() + " orders cancelled"));
                json.write(Map.of("account", venue.account(), "killed", !off, "cancelledOrders", response.getCancelledOrders()));
                return 0;
            }
        }
    }

    /** Cancellations. */
    @Command(name = "cancel", header = "Cancel open orders of an account or of all, in an instrument or in all.",
        description = {"Their owners are told the reason ADMIN and may send new ones (`bourse admin kill` refuses these, too). Where what is cancelled holds back",
            "stops or pegs, halt the instrument first: `bourse admin state halted -i SYMBOL`.", "",
            "  bourse admin cancel --of 7",
            "  bourse admin cancel --instrument DEMO --side buy",
            "  bourse admin cancel --everything", ""})
    static final class Cancel implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private JsonOutput json;
        @Option(names = "--of", paramLabel = "ACCOUNT", description = "Of this account only (default: of all).")
        private int of;
        @Option(names = {"-i", "--instrument"}, paramLabel = "SYMBOL", description = "Only this instrument (default: all).")
        private String instrument;
        @Option(names = "--side", paramLabel = "SIDE", defaultValue = "both", description = "buy, sell or both (default: ${DEFAULT-VALUE}).")
        private OrderMassCancelCommand.Which side;
        @Option(names = "--everything", description = "Needed where neither account nor instrument is named.")
        private boolean everything;

        @Override
        public Integer call() {
            try (venue) {
                final CancelOrdersRequest.Builder request = CancelOrdersRequest.newBuilder().setAccount(of).setSide(side.proto()).setEverything(everything);
                if (instrument != null) {
                    request.setInstrumentId(Instruments.of(venue.reference()).find(instrument).getInstrumentId());
                }
                final CancelOrdersResponse response = venue.admin().cancelOrders(request.build());
                json.human().println(response.getCancelledOrders() + " orders cancelled");
                json.write(OrderSubmission.tree(response));
                return 0;
            }
        }
    }

    /** Rights. */
    @Command(name = "rights", header = "Set what the engine lets an account do, whatever its tokens say.",
        description = {"All of it at once: without options everything is permitted. Orders in instruments that are not among them any more are cancelled.", "",
            "  bourse admin rights --account 7 --instruments 1,3",
            "  bourse admin rights --account 7 --no-new-orders", ""})
    static final class Rights implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;
        @Option(names = "--instruments", paramLabel = "LIST", split = ",", description = "Numbers of the only instruments that may be traded (default: all).")
        private List<Integer> instruments = List.of();
        @Option(names = "--no-new-orders", description = "New orders, replacements and quotes are refused; cancellations pass.")
        private boolean noNewOrders;
        @Option(names = "--no-cancels", description = "Cancellations are refused, too.")
        private boolean noCancels;

        @Override
        public Integer call() {
            try (venue) {
                final SetAccountRightsResponse response = venue.admin().setAccountRights(SetAccountRightsRequest.newBuilder().setShard(shard.number())
                    .setAccount(venue.account()).setForbidNewOrders(noNewOrders).setForbidCancels(noCancels).addAllInstrumentIds(instruments).build());
                json.human().println("account " + venue.account() + ": rights set, " + response.getCancelledOrders() + " orders cancelled");
                json.write(Map.of("account", venue.account(), "instruments", instruments, "newOrders", !noNewOrders, "cancels", !noCancels,
                    "cancelledOrders", response.getCancelledOrders()));
                return 0;
            }
        }
    }

    /** What there is. */
    @Command(name = "account", header = "Show limits, rights, balances and positions of an account.",
        description = {"As the engine has them, in the smallest units.", "", "  bourse admin account --account 7", ""})
    static final class Show implements Callable<Integer> {
        @Mixin
        private final VenueOptions venue = new VenueOptions();
        @Mixin
        private final ShardOption shard = new ShardOption();
        @Mixin
        private JsonOutput json;

        @Override
        public Integer call() {
            try (venue) {
                final GetAccountResponse found = venue.admin().getAccount(GetAccountRequest.newBuilder().setShard(shard.number()).setAccount(venue.account()).build());
                final PrintStream out = json.human();
                out.println("account " + venue.account() + (found.getKilled() ? ", STOPPED by the kill switch" : "") + ", "
                    + found.getAccount().getOpenOrders() + " open orders, as of event " + found.getAccount().getAsOfSeq());
                out.println("  may        " + (found.getForbidNewOrders() ? "not send new orders" : "send new orders") + ", "
                    + (found.getForbidCancels() ? "not cancel" : "cancel") + ", trade "
                    + (found.getAllInstruments() ? "all instruments" : found.getPermittedInstruments() + " instruments only"));
                out.println("  limits     quantity " + limit(found.getLimits().getMaxOrderQuantity()) + ", notional " + limit(found.getLimits().getMaxOrderNotional())
                    + ", position " + limit(found.getLimits().getMaxPosition()) + ", open orders " + limit(found.getLimits().getMaxOpenOrders())
                    + ", orders a second " + limit(found.getLimits().getMaxOrdersPerSecond()) + ", firm " + found.getLimits().getFirm());
                found.getAccount().getBalancesList().forEach(balance ->
                    out.println("  balance    " + balance.getTotal() + " " + balance.getAsset() + ", of these reserved " + balance.getReserved()));
                found.getAccount().getPositionsList().forEach(position ->
                    out.println("  position   " + position.getNetQuantity() + " of instrument " + position.getInstrumentId()));
                json.write(OrderSubmission.tree(found));
                return 0;
            }
        }

        private static String limit(final long limit) {
            return limit == 0 ? "unlimited" : Long.toString(limit);
        }
    }
}
