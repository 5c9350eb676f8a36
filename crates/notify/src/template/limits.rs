//! What a template may be made of. The library parses, renders and drops templates on the stack, which a file must not exhaust.

use handlebars::template::{DecoratorTemplate, HelperTemplate, Parameter, Template, TemplateElement};
use handlebars::{Handlebars, TemplateError};
use std::io::{ErrorKind, Write};
use std::{io, thread};

/// Longest template, in bytes.
const LONGEST: usize = 64 << 10;

/// Most blocks of a template, `else` included.
const MOST_BLOCKS: usize = 500;

/// Most openings of expressions and blocks. The parser's time grows with the square of those that are not closed.
const MOST_OPENINGS: usize = 2_000;

/// Most brackets in one expression.
const MOST_BRACKETS: usize = 50;

/// How deep blocks may stand within each other.
const DEEPEST: usize = 32;

/// How deep `each` may stand within `each`: the work grows with the number of alerts to this power.
const MOST_LOOPS: usize = 2;

/// Most that a template may make, in bytes: more than any receiver takes.
const LONGEST_RESULT: usize = 1 << 20;

/// So many blocks fit on the stack of any thread while they are parsed.
const FEW_BLOCKS: usize = 16;

/// Stack for more, in bytes: enough for [`MOST_BLOCKS`] in each other, some 20 kB each without optimisation.
const LARGE_STACK: usize = 64 << 20;

/// Why a template is refused.
pub(super) enum Refused {
    /// What is wrong with it, in words without a full stop.
    Limit(String),
    Syntax(Box<TemplateError>),
}

/// Adds a template of this name. Fails without having parsed it when it could exhaust the stack.
pub(super) fn register(mut registry: Handlebars<'static>, name: &'static str, text: &str) -> Result<Handlebars<'static>, Refused> {
    let blocks = check_text(text).map_err(Refused::Limit)?;
    let text = text.to_owned();
    let parse = move || {
        registry.register_template_string(name, &text).map_err(|error| Refused::Syntax(Box::new(error)))?;
        registry.get_template(name).map_or(Ok(()), |template| check(template, 0, 0)).map_err(Refused::Limit)?;
        Ok(registry)
    };
    if blocks <= FEW_BLOCKS {
        return parse();
    }
    let failed = || Refused::Limit("there is not enough memory to read it".to_owned());
    let thread = thread::Builder::new().name("template".to_owned()).stack_size(LARGE_STACK).spawn(parse).map_err(|_| failed())?;
    thread.join().unwrap_or_else(|_| Err(failed()))
}

/// What a template makes, up to [`LONGEST_RESULT`].
#[derive(Default)]
pub(super) struct Rendered {
    bytes: Vec<u8>,
}

impl Rendered {
    pub(super) fn into_text(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Write for Rendered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > LONGEST_RESULT {
            let text = format!("it makes a text of more than {LONGEST_RESULT} bytes");
            return Err(io::Error::new(ErrorKind::FileTooLarge, text));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many blocks there are at most. Comments are counted, too, so that nothing hides in one.
fn check_text(text: &str) -> Result<usize, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let mut blocks = 0;
    for (openings, (at, _)) in text.match_indices("{{").enumerate() {
        if blocks > MOST_BLOCKS {
            return Err(format!("it has more than {MOST_BLOCKS} blocks"));
        }
        if openings >= MOST_OPENINGS {
            return Err(format!("it has more than {MOST_OPENINGS} expressions"));
        }
        let tag = text.get(at..).unwrap_or_default().trim_start_matches(['{', '~']).trim_start();
        let tag = tag.split_once("}}").map_or(tag, |(tag, _)| tag);
        if tag.starts_with(['#', '^']) || tag.starts_with("else") {
            blocks += 1;
        }
        if tag.matches(['(', '[', '{']).count() > MOST_BRACKETS {
            return Err(format!("it has more than {MOST_BRACKETS} brackets in one expression"));
        }
    }
    if blocks > MOST_BLOCKS { Err(format!("it has more than {MOST_BLOCKS} blocks")) } else { Ok(blocks) }
}

fn check(template: &Template, depth: usize, loops: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("its blocks are nested more than {DEEPEST} levels deep"));
    }
    template.elements.iter().try_for_each(|element| match element {
        TemplateElement::HelperBlock(helper) => check_block(helper, depth + 1, loops),
        // The library knows no other decorator than `inline`, whose parts could call themselves for ever.
        TemplateElement::DecoratorExpression(decorator) | TemplateElement::DecoratorBlock(decorator) => {
            Err(format!("`*{}` cannot be used here", name(decorator)))
        }
        TemplateElement::PartialBlock(partial) => Err(format!("there is no partial `{}`", name(partial))),
        // Those that are not there are found when the template is tried.
        TemplateElement::PartialExpression(_)
        | TemplateElement::RawString(_)
        | TemplateElement::HtmlExpression(_)
        | TemplateElement::Expression(_)
        | TemplateElement::Comment(_) => Ok(()),
        _ => Err("it holds an expression of a kind that is not known here".to_owned()),
    })
}

fn check_block(helper: &HelperTemplate, depth: usize, loops: usize) -> Result<(), String> {
    let loops = loops + usize::from(matches!(&helper.name, Parameter::Name(name) if name == "each"));
    if loops > MOST_LOOPS {
        return Err(format!("`each` stands within `each` more than {MOST_LOOPS} levels deep"));
    }
    helper.template.iter().chain(&helper.inverse).try_for_each(|part| check(part, depth, loops))
}

fn name(decorator: &DecoratorTemplate) -> &str {
    match &decorator.name {
        Parameter::Name(name) => name,
        _ => "…",
    }
}
