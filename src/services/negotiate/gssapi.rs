//! The few calls of GSSAPI (RFC 2744) that a login takes, of the Kerberos library of the machine, which is opened at run time.
//!
//! The only file with `unsafe` in it: a C library can be called in no other way. What leaves it is safe: every object is
//! released when it is dropped, and none of them outlives the library.
#![allow(unsafe_code, reason = "it calls a C library")]

use std::ffi::{CStr, c_int, c_void};
use std::ptr::{null, null_mut};

/// How many texts about one status are read at most.
const TEXTS: usize = 8;
/// A lifetime without end.
const INDEFINITE: u32 = u32::MAX;
/// A credential for the one who begins.
const INITIATE: c_int = 1;
/// The server proves who it is, too.
const MUTUAL: u32 = 2;
/// A status of the calls, and one of the mechanism below them.
const GSS_CODE: c_int = 1;
const MECHANISM_CODE: c_int = 2;

/// Object identifiers, as they are encoded.
const KRB5: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
const SPNEGO: &[u8] = b"\x2b\x06\x01\x05\x05\x02";
const HOST_BASED_SERVICE: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
const PRINCIPAL: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01";

/// A `gss_OID_desc`. The library only reads what it points to.
#[repr(C)]
struct Oid {
    length: u32,
    elements: *const c_void,
}

impl Oid {
    fn new(bytes: &'static [u8]) -> Self {
        // The longest has ten bytes.
        Self { length: u32::try_from(bytes.len()).unwrap_or(0), elements: bytes.as_ptr().cast() }
    }
}

/// How a login is proven.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mechanism {
    /// By a ticket.
    Kerberos,
    /// By what both sides agree on, which is a ticket, too.
    Spnego,
}

impl Mechanism {
    fn oid(self) -> Oid {
        Oid::new(match self {
            Self::Kerberos => KRB5,
            Self::Spnego => SPNEGO,
        })
    }
}

/// A `gss_OID_set_desc`.
#[repr(C)]
struct OidSet {
    count: usize,
    elements: *const Oid,
}

/// A `gss_buffer_desc`.
#[repr(C)]
struct RawBuffer {
    length: usize,
    value: *mut c_void,
}

/// A `gss_name_t`, `gss_cred_id_t` or `gss_ctx_id_t`: a pointer to what only the library knows.
type Handle = *mut c_void;

type ImportName = unsafe extern "C" fn(*mut u32, *const RawBuffer, *const Oid, *mut Handle) -> u32;
type DisplayName = unsafe extern "C" fn(*mut u32, Handle, *mut RawBuffer, *mut *const Oid) -> u32;
type AcquireCredential =
    unsafe extern "C" fn(*mut u32, Handle, u32, *const OidSet, c_int, *mut Handle, *mut *mut OidSet, *mut u32) -> u32;
type InquireCredential =
    unsafe extern "C" fn(*mut u32, Handle, *mut Handle, *mut u32, *mut c_int, *mut *mut OidSet) -> u32;
type InitContext = unsafe extern "C" fn(
    *mut u32,
    Handle,
    *mut Handle,
    Handle,
    *const Oid,
    u32,
    u32,
    *const c_void,
    *const RawBuffer,
    *mut *const Oid,
    *mut RawBuffer,
    *mut u32,
    *mut u32,
) -> u32;
type DisplayStatus = unsafe extern "C" fn(*mut u32, u32, c_int, *const Oid, *mut u32, *mut RawBuffer) -> u32;
type ReleaseHandle = unsafe extern "C" fn(*mut u32, *mut Handle) -> u32;
type ReleaseBuffer = unsafe extern "C" fn(*mut u32, *mut RawBuffer) -> u32;
type DeleteContext = unsafe extern "C" fn(*mut u32, *mut Handle, *mut RawBuffer) -> u32;

/// The opened library. It stays open until the process ends: it keeps data of its own for each thread.
pub(super) struct Library {
    import_name: ImportName,
    display_name: DisplayName,
    release_name: ReleaseHandle,
    acquire_credential: AcquireCredential,
    inquire_credential: InquireCredential,
    release_credential: ReleaseHandle,
    init_context: InitContext,
    delete_context: DeleteContext,
    display_status: DisplayStatus,
    release_buffer: ReleaseBuffer,
}

/// What the library says of a call that failed.
#[derive(Debug)]
pub(super) struct Refusal {
    /// The routine error of RFC 2744, such as [`NO_CREDENTIAL`].
    pub(super) routine: u32,
    /// What it means to the call.
    pub(super) of_call: Vec<String>,
    /// What Kerberos says below that.
    pub(super) of_mechanism: Vec<String>,
}

/// The routine errors that mean something to us.
pub(super) const NO_CREDENTIAL: u32 = 7;
pub(super) const CREDENTIAL_EXPIRED: u32 = 11;
pub(super) const FAILURE: u32 = 13;

impl Library {
    /// Opens the library of this file name, where the dynamic linker finds it.
    pub(super) fn open(file: &str) -> Result<Self, libloading::Error> {
        // SAFETY: the file is that of MIT Kerberos by its name, which programs load in this way all the time; what it does when
        // it is loaded asks for nothing from us.
        let library = unsafe { libloading::Library::new(file) }?;
        // SAFETY: each type is written after the declaration of that function in `gssapi/gssapi.h`, which is RFC 2744.
        let opened = unsafe {
            Self {
                import_name: symbol(&library, c"gss_import_name")?,
                display_name: symbol(&library, c"gss_display_name")?,
                release_name: symbol(&library, c"gss_release_name")?,
                acquire_credential: symbol(&library, c"gss_acquire_cred")?,
                inquire_credential: symbol(&library, c"gss_inquire_cred")?,
                release_credential: symbol(&library, c"gss_release_cred")?,
                init_context: symbol(&library, c"gss_init_sec_context")?,
                delete_context: symbol(&library, c"gss_delete_sec_context")?,
                display_status: symbol(&library, c"gss_display_status")?,
                release_buffer: symbol(&library, c"gss_release_buffer")?,
            }
        };
        // Never closed, so that the functions can be called as long as anybody has them.
        std::mem::forget(library);
        Ok(opened)
    }

    /// The name of a service on a host: `HTTP@host`.
    pub(super) fn service(&self, name: &str) -> Result<Name<'_>, Refusal> {
        self.name(name, HOST_BASED_SERVICE)
    }

    /// The name of a principal: `user@REALM`.
    pub(super) fn principal(&self, name: &str) -> Result<Name<'_>, Refusal> {
        self.name(name, PRINCIPAL)
    }

    fn name(&self, name: &str, kind: &'static [u8]) -> Result<Name<'_>, Refusal> {
        let text = RawBuffer { length: name.len(), value: name.as_ptr().cast_mut().cast() };
        let (kind, mut minor, mut made) = (Oid::new(kind), 0, Name { library: self, handle: null_mut() });
        // SAFETY: all pointers are to values that live through the call; the text is only read, and copied.
        let major =
            unsafe { (self.import_name)(&raw mut minor, &raw const text, &raw const kind, &raw mut made.handle) };
        self.check(major, minor)?;
        Ok(made)
    }

    /// The credential of a principal, or that which the user has by default, for one mechanism: SPNEGO takes none that was made
    /// for Kerberos. Nobody is asked over the network.
    pub(super) fn credential(&self, of: Option<&Name<'_>>, way: Mechanism) -> Result<Credential<'_>, Refusal> {
        let mechanism = way.oid();
        let mechanisms = OidSet { count: 1, elements: &raw const mechanism };
        let (mut minor, mut made) = (0, Credential { library: self, handle: null_mut() });
        // SAFETY: all pointers are to values that live through the call, or null where RFC 2744 allows it; the name is none
        // (null) or one that this library has made and that is not released yet.
        let major = unsafe {
            (self.acquire_credential)(
                &raw mut minor,
                of.map_or(null_mut(), |name| name.handle),
                INDEFINITE,
                &raw const mechanisms,
                INITIATE,
                &raw mut made.handle,
                null_mut(),
                null_mut(),
            )
        };
        self.check(major, minor)?;
        Ok(made)
    }

    /// The first token of SPNEGO to a service, with a credential for SPNEGO or with that which fits the service best. It asks the KDC where
    /// the user has no ticket for the service yet.
    pub(super) fn first_token(&self, with: Option<&Credential<'_>>, to: &Name<'_>) -> Result<Vec<u8>, Refusal> {
        let (spnego, mut minor) = (Mechanism::Spnego.oid(), 0);
        let mut context = SecurityContext { library: self, handle: null_mut() };
        let mut token = Buffer::new(self);
        // SAFETY: all pointers are to values that live through the call, or null where RFC 2744 allows it; credential and name
        // are of this library and not released yet; the context is null, as the first call must have it.
        let major = unsafe {
            (self.init_context)(
                &raw mut minor,
                with.map_or(null_mut(), |credential| credential.handle),
                &raw mut context.handle,
                to.handle,
                &raw const spnego,
                MUTUAL,
                0,
                null(),
                null(),
                null_mut(),
                &raw mut token.raw,
                null_mut(),
                null_mut(),
            )
        };
        self.check(major, minor)?;
        Ok(token.bytes().to_vec())
    }

    /// Nothing, or what the library says of this status.
    fn check(&self, major: u32, minor: u32) -> Result<(), Refusal> {
        // The lower half holds what is not an error, such as that more is to come.
        if major >> 16 == 0 {
            return Ok(());
        }
        let of_call = self.texts(major, GSS_CODE);
        let of_mechanism = if minor == 0 { Vec::new() } else { self.texts(minor, MECHANISM_CODE) };
        Err(Refusal { routine: major >> 16 & 0xff, of_call, of_mechanism })
    }

    fn texts(&self, status: u32, kind: c_int) -> Vec<String> {
        let (mut texts, mut next) = (Vec::new(), 0);
        for _ in 0..TEXTS {
            let (mut minor, mut text) = (0, Buffer::new(self));
            // SAFETY: all pointers are to values that live through the call; no mechanism (null) is the default one.
            let major = unsafe {
                (self.display_status)(&raw mut minor, status, kind, null(), &raw mut next, &raw mut text.raw)
            };
            if major >> 16 != 0 {
                break;
            }
            texts.push(text.text());
            if next == 0 {
                break;
            }
        }
        texts
    }
}

/// # Safety
/// `T` is the type of the pointer to the function of this name.
unsafe fn symbol<T: Copy>(library: &libloading::Library, name: &CStr) -> Result<T, libloading::Error> {
    // SAFETY: as the caller promises.
    unsafe { library.get::<T>(name) }.map(|symbol| *symbol)
}

/// Bytes that the library has allocated.
struct Buffer<'a> {
    library: &'a Library,
    raw: RawBuffer,
}

impl<'a> Buffer<'a> {
    fn new(library: &'a Library) -> Self {
        Self { library, raw: RawBuffer { length: 0, value: null_mut() } }
    }

    fn bytes(&self) -> &[u8] {
        if self.raw.value.is_null() {
            return &[];
        }
        // SAFETY: the library has set both, pointer and length, and frees the bytes only when this buffer is dropped.
        unsafe { std::slice::from_raw_parts(self.raw.value.cast(), self.raw.length) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        // SAFETY: the buffer is empty, or filled by the library and not released yet.
        unsafe { (self.library.release_buffer)(&mut 0, &raw mut self.raw) };
    }
}

/// A name that the library has made.
pub(super) struct Name<'a> {
    library: &'a Library,
    handle: Handle,
}

impl Drop for Name<'_> {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the library has made it, and nobody has released it yet.
            unsafe { (self.library.release_name)(&mut 0, &raw mut self.handle) };
        }
    }
}

/// A credential of the user's.
pub(super) struct Credential<'a> {
    library: &'a Library,
    handle: Handle,
}

impl Credential<'_> {
    /// The principal, and for how many seconds more the credential can be used: 0 when it has expired, `None` for ever.
    pub(super) fn owner(&self) -> Result<(String, Option<u32>), Refusal> {
        let library = self.library;
        let (mut minor, mut lifetime) = (0, 0);
        let mut name = Name { library, handle: null_mut() };
        // SAFETY: all pointers are to values that live through the call, or null where RFC 2744 allows it; the credential is of
        // this library and not released yet.
        let major = unsafe {
            (library.inquire_credential)(
                &raw mut minor,
                self.handle,
                &raw mut name.handle,
                &raw mut lifetime,
                null_mut(),
                null_mut(),
            )
        };
        if name.handle.is_null() || major >> 16 != CREDENTIAL_EXPIRED {
            library.check(major, minor)?;
        } else {
            lifetime = 0;
        }
        let (mut minor, mut text) = (0, Buffer::new(library));
        // SAFETY: all pointers are to values that live through the call, or null where RFC 2744 allows it; the library has just
        // made the name.
        let major = unsafe { (library.display_name)(&raw mut minor, name.handle, &raw mut text.raw, null_mut()) };
        library.check(major, minor)?;
        Ok((text.text(), Some(lifetime).filter(|&seconds| seconds != INDEFINITE)))
    }
}

impl Drop for Credential<'_> {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the library has made it, and nobody has released it yet.
            unsafe { (self.library.release_credential)(&mut 0, &raw mut self.handle) };
        }
    }
}

/// A conversation with a service that has begun.
struct SecurityContext<'a> {
    library: &'a Library,
    handle: Handle,
}

impl Drop for SecurityContext<'_> {
    fn drop(&mut self) {
        if !self.handle.is_null() {
            // SAFETY: the library has made it, nobody has deleted it yet, and a token about its end is not asked for (null).
            unsafe { (self.library.delete_context)(&mut 0, &raw mut self.handle, null_mut()) };
        }
    }
}
