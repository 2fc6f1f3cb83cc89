"""Patients as the register keeps them, and what a patient types when booking (R18, R19)."""

import attrs

from webtidbok.model.contact import EmailAddress, MobileNumber
from webtidbok.model.identity import PersonalIdentityNumber
from webtidbok.model.ids import PatientId


@attrs.frozen(kw_only=True)
class Contact:
    """Where an appointment's messages may go, as typed for it, and by which channels (R20)."""

    mobile: MobileNumber | None = attrs.field(default=None, repr=False)
    email: EmailAddress | None = attrs.field(default=None, repr=False)
    accepts_sms: bool = False
    accepts_email: bool = False


@attrs.frozen(kw_only=True)
class PatientDetails:
    """What a patient gives with a new booking, parsed (R18). `services.details` makes it.

    Attributes:
        message: To the clinic; becomes the booking text. Empty: none.
    """

    identity_number: PersonalIdentityNumber = attrs.field(repr=False)
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    mobile: MobileNumber = attrs.field(repr=False)
    email: EmailAddress | None = attrs.field(default=None, repr=False)
    message: str = attrs.field(default="", repr=False)
    accepts_sms: bool = False
    accepts_email: bool = False

    @property
    def contact(self) -> Contact:
        """Where this booking's messages may go."""
        return Contact(
            mobile=self.mobile,
            email=self.email,
            accepts_sms=self.accepts_sms,
            accepts_email=self.accepts_email,
        )


@attrs.frozen(kw_only=True)
class Patient:
    """A patient of a clinic's register.

    Attributes:
        mobile_verified, email_verified: False for a contact filled in from the web, until staff
            confirm it (R19a).
    """

    id: PatientId
    identity_number: PersonalIdentityNumber = attrs.field(repr=False)
    first_name: str = attrs.field(repr=False)
    last_name: str = attrs.field(repr=False)
    mobile: MobileNumber | None = attrs.field(default=None, repr=False)
    email: EmailAddress | None = attrs.field(default=None, repr=False)
    mobile_verified: bool = True
    email_verified: bool = True
    accepts_sms: bool = False
    accepts_email: bool = False

    @classmethod
    def created_from(cls, details: PatientDetails, id: PatientId) -> "Patient":  # noqa: A002
        """Return the new patient that a web booking creates (R19); contacts are unverified."""
        return cls(
            id=id,
            identity_number=details.identity_number,
            first_name=details.first_name,
            last_name=details.last_name,
            mobile=details.mobile,
            email=details.email,
            mobile_verified=False,
            email_verified=False,
            accepts_sms=details.accepts_sms,
            accepts_email=details.accepts_email,
        )

    def filled_in(self, details: PatientDetails) -> "Patient":
        """Return the patient with contacts that were missing; nothing is overwritten (R19).

        What is filled in is unverified (R19a). Names and consents never change from the web.
        """
        filled = self
        if filled.mobile is None:
            filled = attrs.evolve(filled, mobile=details.mobile, mobile_verified=False)
        if filled.email is None and details.email is not None:
            filled = attrs.evolve(filled, email=details.email, email_verified=False)
        return filled

    def is_named_otherwise(self, details: PatientDetails) -> bool:
        """Return whether the names typed differ from the register's, case aside (R19a)."""
        typed = (details.first_name.casefold(), details.last_name.casefold())
        return typed != (self.first_name.casefold(), self.last_name.casefold())

    @property
    def verified_contact(self) -> Contact:
        """Where the clinic's own messages may go: contacts that staff stand for (R19a)."""
        return Contact(
            mobile=self.mobile if self.mobile_verified else None,
            email=self.email if self.email_verified else None,
            accepts_sms=self.accepts_sms,
            accepts_email=self.accepts_email,
        )
