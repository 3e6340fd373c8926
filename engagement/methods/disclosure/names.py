"""Words by which names are found: typed by us, short, and far from whole.

Given names are those that many people in Britain bear, of several origins, and that are not also
common words, months or places.
"""

GIVEN = frozenset(
    """
    aaron abdul abdullah abi abigail adam adrian agnieszka ahmed aisha alan alastair alexander alfie
    ali alice alison amanda amina amir amit amy andrea andrew andrzej andy angela angus anil anita
    ann anna anne annette anthony antonio anya archie arthur ashley asif ayesha barbara barry
    beatrice becky ben benjamin bernard beryl beth bethany betty bev bogdan brenda brendan brian
    bridget bronwen bryony callum carol caroline carolyn cath catherine cathy cerys charlie
    charlotte cheryl chloe chris christine christopher claire claudia colin connor craig cynthia dan
    daniel danny darren dave david debbie deborah deepak denise dennis derek desmond diana diane
    dianne dmitri donald donna doreen dorothy douglas duncan edward eileen elaine eleanor elizabeth
    ella ellie elsie emily emma emmanuel eric ethan euan eva eve evelyn farah fatima fatou fay felix
    fiona frances francesca frankie fred frederick gareth garth gary gavin gaynor gemma geoff
    geoffrey george georgina gerald gillian gladys glenn glenys gloria gordon graham gregory
    gurpreet gwen gwyneth hamish hannah harjit harold harpreet harriet harry harvey hassan hayley
    hazel heather helen helena henry hilary howard hugh hussein ian ibrahim imran irene isabel
    isabella isla isobel ivan jacob jacqueline jake jamal james jamie jan jane janet janice jasmine
    jason javier jean jeanette jeff jeffrey jen jennifer jenny jeremy jess jessica jill jim jimmy
    joan joanna joanne jodie joe john jonathan jonny jose joseph josephine josh joshua joyce juan
    judith jules julia julian julie jyoti karen kate katherine kathleen kathryn katie keith kelly
    kenneth kerry kevin khadija kieran kim kirsty krishna krzysztof kyle laura lauren laurence leah
    leanne leon leroy lesley leslie liam linda lindsay lisa liz lorna lorraine louis louisa louise
    lucy luke lynda lynn lynne malcolm malgorzata mandy manjit manuel marcin marcus margaret maria
    marian marie marilyn marion marjorie martin mary maryam matt matthew maureen megan mel melanie
    melissa michael michelle mike miriam mohamed mohammad mohammed moira molly monika muhammad
    muriel mustafa nadia naomi natalie natasha nathan neil nichola nicholas nicki nicky nicola
    nicole nigel nikita noah norma norman oliver olivia oluwaseun owen pam pamela patricia paul
    paula pauline pete peter phil philip philippa phillip phyllis pierre piotr pooja priya rachael
    rachel rahul rajesh ravi raymond rebecca rhys richard rita robert roberta robin rodney roger ron
    ronald ronnie rosemary ross roy ruth ryan sadia sajid samantha samuel sandra sanjay sara sarah
    scott sean sebastian shabana shannon sharon sharron sheila shelley shelly sheryl shirley sian
    simon simone siobhan sofia sonia sophia sophie stacey stanley stella steph stephanie stephen
    steve steven stuart sunita susan suzanne sylvia tamara tanya terence teresa thelma theresa
    thomas tim timothy tina tom tomasz tommy toni tony tracey tracy travis trevor tricia tyler
    ursula valerie vanessa vera vicki vicky vijay vikram vincent wayne wendy wilfred william wilma
    winifred yasmin yusuf yvonne zahra zainab zara zoe zofia
    """.split()
)

MIDWAY = frozenset(
    """
    alex ash bill bob carl dale dawn dean frank gail grace grant guy jack jade jo joy ken lee leigh
    lily mark nick olive pat penny poppy rob rose ruby sally sam sandy shane sue ted terry
    """.split()
)
"""Given names that are common words too, and names where a capital stands within a sentence."""

DOUBTFUL = MIDWAY | frozenset(
    """
    april chase chelsea christian faith florence heath holly hope iris ivy jan jay jordan june kay
    kent major max may melody mo patience pearl ray rich summer victor victoria viola violet warren
    will woody
    """.split()
)
"""These and those count where another name follows, or words that stand before names."""

SURNAMES = frozenset(
    """
    adams ahmed ali allen anderson bailey begum bennett bhatt campbell carter chowdhury clark clarke
    collins cooper cox das davies davis edwards evans garcia gray griffiths hall harris hill hughes
    hussain jackson james johnson jones kaur khan kowalski kumar lee lewis marshall martin miah
    miller mitchell moore morgan morris murphy murray nguyen okafor osei parker patel phillips price
    rahman richardson roberts robinson rogers russell shah sharma shaw simpson singh smith stewart
    taylor thomas thompson turner walker ward watson webb white williams wilson wood wright young
    """.split()
)

TITLES = frozenset(
    """
    cllr councillor doctor dr father lady lord matron midwife miss mr mrs ms mx nurse prof professor
    rev reverend sir sister
    """.split()
)

RELATIONS = frozenset(
    """
    aunt auntie boss boyfriend brother carer consultant counsellor cousin dad daddy daughter dentist
    doctor driver father fiance friend girlfriend gp gran grandad granddad granddaughter grandfather
    grandma grandmother grandson granny husband keyworker landlady landlord mam manager midwife
    mother mum mummy nan nana neighbor neighbour nephew niece nurse partner physio physiotherapist
    sister son surgeon teacher therapist uncle wife worker
    """.split()
)

PEOPLE = RELATIONS | frozenset(
    """
    assistant baby boy child client colleague gentleman girl lad lady man paramedic patient person
    receptionist resident somebody someone student woman
    """.split()
)

NOT_NAMES = frozenset(
    """
    a about access accident action acute adult advice after age all am amazing ambulance
    anaesthetist and angel angels any app appointment appointments april are area as asked
    assessment assistant associate at august autism bank bay because before benefit board both
    brilliant british but by cafe call called can cancer car care carer carers caring centre chair
    chat chemist child children christ christmas church city clinic clinics come community
    consultant consultants consultation could council counsellor county covid crisis curie currie
    customer day days december dentist department desk did direct director discharge district do
    doctor doctors does doing don't down drop early east easter eating efficient emergency employee
    english every excellent eye family fantastic february feedback first flu for friday friendly
    from general god good gp had hall has have he he's headache health healthcare helpful her here
    his home hospice hospital house how i i'd i'll i'm i've if in information inpatient is it it's
    its january job july june just kind last later lead learning liaison line lodge look lovely made
    makes manager march matters may me medical medicine memory mental mid midwife mind monday more
    mr much my national need never new nhs nice nil no none north not november now nurse nurses
    nursing occupational october of office old on one online only or oral our out outpatient over
    park patient patients people pharmacist pharmacy phone physio physiotherapist please police
    polish polite practice practitioner primary professional public really reception receptionist
    recovery refused registrar said sat saturday saw school second secretary seen senior september
    service services she she's should since social some south specialist spoke st staff station
    street student such sunday support surgeon surgery system talking team teams than thank thanks
    that that's the their them then therapist therapy there they they've this three thursday time to
    told town training treated treatment trust tuesday two u unit until up urgent us very via visit
    visitor visitors waiting walk ward was we we've wednesday well went were west what when where
    which who whom why will with wonderful worker workers would yes you young your
    """.split()
)
"""Words that stand with a capital beside people and are not their names."""

PLACES = frozenset(
    """
    academy arms avenue bridge building castle centre church clinic close college cottage court
    crescent drive foundation garden gardens green grove hall hill hospice hospital house infirmary
    inn institute lane lodge medical mews park place practice primary road rooms row school sq
    square station street suite surgery terrace trust unit university view walk ward way wing
    """.split()
)
"""Words that make what stands before them a place or an institution."""

PATRONS = frozenset("st saint queen king prince princess duke duchess royal ward the".split())
"""Words before a name that mostly make it one of a hospital, a ward, a church or a pub."""

CHARITIES = frozenset(
    (
        ("marie", "curie"),
        ("marie", "currie"),
        ("sue", "ryder"),
        ("john", "lewis"),
        ("john", "ambulance"),
    )
)
"""Names that are known as those of institutions."""
