package org.metermint.channel.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Optional;
import org.metermint.vending.refusal.RefusalCode;
import org.metermint.vending.refusal.RefusedException;
import org.metermint.vending.vendor.Client;
import org.metermint.vending.vendor.ClientIdentity;
import org.metermint.vending.vendor.ClientSecret;
import org.metermint.vending.vendor.Clients;
import org.metermint.vending.vendor.Role;
import org.metermint.vending.vendor.Staff;
import org.metermint.vending.vendor.Vendors;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Who sells for a vendor: clients with a credential, people at tills, terminals behind a gateway. */
@RestController
@RequestMapping(path = "/v1/vendors/{vendor}", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Vendors")
final class VendorStaffController {
    private final Vendors vendors;
    private final Clients clients;

    VendorStaffController(Vendors vendors, Clients clients) {
        this.vendors = vendors;
        this.clients = clients;
    }

    /** A person or a terminal. */
    record StaffBody(
            @Schema(description = "1 to 120 characters.") String name,

            @Schema(description = "Whether it may not sell any more; false if absent.")
            Optional<Boolean> disabled) {}

    /** A person or a terminal. */
    record StaffResource(String code, String name, boolean disabled) {
        static StaffResource of(Staff staff) {
            return new StaffResource(staff.code(), staff.name(), staff.disabled());
        }
    }

    /** A client to be made. */
    record NewClientBody(
            @Schema(description = "Unique in the installation: 1 to 64 of a-z, 0-9, '.', '_' and '-'.")
            String client,

            @Schema(
                    description = "SELLER or SUPERVISOR; SELLER if absent. Other roles are given on the server's own"
                            + " machine: metermint vendor client add.")
            Optional<Role> role,

            @Schema(description = "What the device is called, 1 to 32 characters.")
            Optional<String> terminal) {}

    /** A client. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    record ClientResource(
            String client,
            Role role,
            Optional<String> terminal,
            boolean disabled,

            @Schema(description = "In the answer that makes the client, and never again.")
            Optional<String> secret) {
        static ClientResource of(Client client) {
            return new ClientResource(
                    client.clientId(), client.role(), client.terminal(), client.disabled(), Optional.empty());
        }

        /** Leaves the secret out. */
        @Override
        public String toString() {
            return "ClientResource[" + client + "]";
        }
    }

    @PutMapping(path = "/operators/{code}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putOperator",
            summary = "Register, rename, disable or enable a person at the vendor's tills",
            description = "Roles: ADMINISTRATOR, SUPERVISOR of the vendor.")
    StaffResource putOperator(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @PathVariable String code,
            @RequestBody StaffBody body) {
        requireManager(client, vendor);
        return StaffResource.of(vendors.putOperator(client.utility(), vendor, staff(code, body)));
    }

    @GetMapping("/operators")
    @Operation(
            operationId = "listOperators",
            summary = "The people at a vendor's tills, by code",
            description = "Sellers and supervisors see their own.")
    Page<StaffResource> operators(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        requireSight(client, vendor);
        return Page.of(
                vendors.operators(client.utility(), vendor).stream()
                        .map(StaffResource::of)
                        .toList(),
                cursor,
                limit,
                StaffResource::code);
    }

    @PutMapping(path = "/terminals/{code}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "putTerminal",
            summary = "Register, rename, disable or enable a terminal behind a gateway or super vendor",
            description = "Roles: ADMINISTRATOR, SUPERVISOR of the vendor.")
    StaffResource putTerminal(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @PathVariable String code,
            @RequestBody StaffBody body) {
        requireManager(client, vendor);
        return StaffResource.of(vendors.putTerminal(client.utility(), vendor, staff(code, body)));
    }

    @GetMapping("/terminals")
    @Operation(
            operationId = "listTerminals",
            summary = "The terminals behind a vendor, by code",
            description = "Sellers and supervisors see their own.")
    Page<StaffResource> terminals(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        requireSight(client, vendor);
        return Page.of(
                vendors.terminals(client.utility(), vendor).stream()
                        .map(StaffResource::of)
                        .toList(),
                cursor,
                limit,
                StaffResource::code);
    }

    @PostMapping(path = "/clients", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(
            operationId = "makeClient",
            summary = "Make a client and its secret",
            description = "Role: ADMINISTRATOR. The secret is in this answer only; if the answer is lost, disable the"
                    + " client and make another.")
    ClientResource makeClient(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @RequestBody NewClientBody body) {
        client.require(Role.ADMINISTRATOR);
        requireSight(client, vendor);
        Role role = body.role().orElse(Role.SELLER);
        if (role != Role.SELLER && role != Role.SUPERVISOR) {
            throw new RefusedException(
                    RefusalCode.ROLE_NOT_ALLOWED,
                    "role " + role + " is given on the server's own machine, by metermint vendor client add");
        }
        ClientSecret made = clients.create(client.utility(), body.client(), vendor, role, body.terminal());
        return new ClientResource(made.clientId(), role, body.terminal(), false, Optional.of(made.secret()));
    }

    @GetMapping("/clients")
    @Operation(
            operationId = "listClients",
            summary = "The clients of a vendor, by id",
            description = "Roles: ADMINISTRATOR, AUDITOR, SUPERVISOR of the vendor.")
    Page<ClientResource> listClients(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @PathVariable String vendor,
            @RequestParam @Parameter(description = "Where the page before ended: its next.") Optional<String> cursor,
            @RequestParam(defaultValue = "50") @Parameter(description = "1 to 100.") int limit) {
        client.require(Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR);
        requireSight(client, vendor);
        return Page.of(
                clients.of(client.utility(), vendor).stream()
                        .map(ClientResource::of)
                        .toList(),
                cursor,
                limit,
                ClientResource::client);
    }

    @PostMapping(path = "/clients/{id}/disabling")
    @Operation(
            operationId = "disableClient",
            summary = "End a client's access",
            description = "Role: ADMINISTRATOR. Again changes nothing.")
    ClientResource disableClient(
            @RequestAttribute(ClientFilter.CLIENT) ClientIdentity client,
            @RequestHeader(IdempotencyKeys.HEADER) String key,
            @PathVariable String vendor,
            @PathVariable String id) {
        client.require(Role.ADMINISTRATOR);
        requireClient(client, vendor, id);
        clients.disable(client.utility(), id);
        return ClientResource.of(requireClient(client, vendor, id));
    }

    private Client requireClient(ClientIdentity client, String vendor, String id) {
        return clients.find(client.utility(), Fields.recordNumber(id))
                .filter(found -> found.vendorCode().equals(vendor))
                .orElseThrow(() -> Missing.record("client"));
    }

    private void requireSight(ClientIdentity client, String vendor) {
        client.requireSightOf(Fields.recordNumber(vendor));
        if (vendors.find(client.utility(), vendor).isEmpty()) {
            throw Missing.record("vendor");
        }
    }

    private void requireManager(ClientIdentity client, String vendor) {
        client.require(Role.ADMINISTRATOR, Role.SUPERVISOR);
        requireSight(client, vendor);
    }

    private static Staff staff(String code, StaffBody body) {
        return Fields.checked(() -> new Staff(code, body.name(), body.disabled().orElse(false)));
    }
}
