"""Words of English that carry grammar rather than matter; a run of them alone says nothing about a text."""

_WORDS = (
    "a an the and or but if so as at by for from in into of off on out over to up with is was are were be been am "
    "has had have do did does not no nor i he she it we they you him her his its my me our their them us this "
    "that these those who which what when where while there here then than too very can could will would must may "
    "might one all any some each own just only again down back under about before after said "
)
FUNCTION_WORDS = frozenset(_WORDS.split())
